// Values of attributes: which their types have, where they lie, and that strings are kept.
#include <gtest/gtest.h>

#include <limits>

#include "tests/unit/abi/club.h"

namespace policy::test {
namespace {

enum TripAttribute : uint32_t { kDone, kSeats, kLength, kFee, kTitle, kDay, kAt, kColour };

// What a row's bytes hold of an attribute.
struct Seen {
  bool is_set = false;
  std::vector<std::byte> bytes;

  template <typename T>
  T as() const {
    T value{};
    EXPECT_EQ(bytes.size(), sizeof value);
    std::memcpy(&value, bytes.data(), std::min(bytes.size(), sizeof value));
    return value;
  }
  std::string text() const {
    const auto string = as<policy_string>();
    return {string.data, string.size};
  }
};

Seen look_at(const Club& club, const uint8_t* bytes, uint32_t kind, uint32_t of, uint32_t number) {
  policy_attribute_info info{};
  info.struct_size = sizeof info;
  EXPECT_EQ(policy_attribute_describe(club.program, kind, of, number, &info), POLICY_OK);
  const auto* at = reinterpret_cast<const std::byte*>(bytes) + info.offset;
  return {(bytes[number / 8] >> number % 8 & 1) != 0, {at, at + info.size}};
}

Seen of_row(Club& club, uint32_t row, uint32_t number) {
  const policy_record* record = policy_reader_record(club.reader, row);
  return look_at(club, reinterpret_cast<const uint8_t*>(record + 1), POLICY_NAME_ATTRIBUTE, kTrip, number);
}

struct Tried {
  policy_value value;
  policy_status status;
};

TEST(AbiValues, AreThoseOfTheirTypes) {
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max(), kLeast = std::numeric_limits<int64_t>::min();
  const __int128 most = static_cast<__int128>(100'000'000'000) * 10'000'000'000;
  auto decimal = [](__int128 number) {
    return value_of(kLength, static_cast<uint64_t>(number), static_cast<int64_t>(number >> 64));
  };
  policy_value broken = text_of(kTitle, "x");
  broken.text = nullptr;
  policy_value half_set = value_of(kDone, 1);
  half_set.is_set = 2;
  const Tried tried[] = {
      {value_of(kDone, 1), POLICY_OK},
      {value_of(kDone, 2), POLICY_INVALID},
      {value_of(kDone, 1, 1), POLICY_INVALID},
      {half_set, POLICY_INVALID},
      {value_of(kSeats, static_cast<uint64_t>(kLeast)), POLICY_OK},
      {value_of(kSeats, static_cast<uint64_t>(kMost)), POLICY_OK},
      {value_of(kSeats, 1, -1), POLICY_INVALID},
      {value_of(kFee, static_cast<uint64_t>(kLeast)), POLICY_OK},
      {decimal(most), POLICY_OK},
      {decimal(-most), POLICY_OK},
      {decimal(most + 1), POLICY_INVALID},
      {decimal(-most - 1), POLICY_INVALID},
      {text_of(kTitle, "tour"), POLICY_OK},
      {text_of(kTitle, ""), POLICY_OK},
      {broken, POLICY_INVALID},
      {value_of(kDay, static_cast<uint64_t>(-719162)), POLICY_OK},
      {value_of(kDay, static_cast<uint64_t>(-719163)), POLICY_INVALID},
      {value_of(kDay, 2932896), POLICY_OK},
      {value_of(kDay, 2932897), POLICY_INVALID},
      {value_of(kAt, static_cast<uint64_t>(int64_t{-719162} * 86'400'000'000)), POLICY_OK},
      {value_of(kAt, static_cast<uint64_t>(int64_t{-719162} * 86'400'000'000 - 1)), POLICY_INVALID},
      {value_of(kAt, static_cast<uint64_t>(int64_t{2932897} * 86'400'000'000 - 1)), POLICY_OK},
      {value_of(kAt, static_cast<uint64_t>(int64_t{2932897} * 86'400'000'000)), POLICY_INVALID},
      {value_of(kColour, 1), POLICY_OK},
      {value_of(kColour, 2), POLICY_INVALID},
      {value_of(8, 1), POLICY_UNKNOWN},
      {no_value_of(kColour), POLICY_OK},
      {no_value_of(99), POLICY_UNKNOWN},
  };
  Club club;
  const uint32_t trip = club.trip(club.sam);
  Writing change(club.store);
  for (const Tried& each : tried) {
    EXPECT_EQ(policy_set_row_values(change, trip, &each.value, 1, 0, 0), each.status)
        << "attribute " << each.value.attribute << ", " << static_cast<int64_t>(each.value.number);
  }
}

TEST(AbiValues, LieWhereTheProgramSays) {
  Club club;
  uint32_t trip = 0;
  {
    std::string title = "a tour that is longer than what fits a small string";
    const policy_value values[] = {value_of(kDone, 1),      value_of(kSeats, static_cast<uint64_t>(-5)),
                                   value_of(kLength, 7, 1), value_of(kFee, 125000),
                                   text_of(kTitle, title),  value_of(kDay, static_cast<uint64_t>(-1)),
                                   value_of(kAt, 99),       value_of(kColour, 1)};
    policy_row row = row_of(kTrip, user_of(club.sam));
    row.values = values;
    row.value_count = std::size(values);
    Writing change(club.store);
    trip = club.add(change, row);
    change.commit();
    title.assign(title.size(), '?');  // it was copied
  }
  club.look();
  EXPECT_EQ(of_row(club, trip, kDone).as<uint8_t>(), 1);
  EXPECT_EQ(of_row(club, trip, kSeats).as<int64_t>(), -5);
  EXPECT_TRUE(of_row(club, trip, kLength).as<__int128>() == (static_cast<__int128>(1) << 64) + 7);
  EXPECT_EQ(of_row(club, trip, kFee).as<int64_t>(), 125000);
  EXPECT_EQ(of_row(club, trip, kTitle).text(), "a tour that is longer than what fits a small string");
  EXPECT_EQ(of_row(club, trip, kDay).as<int32_t>(), -1);
  EXPECT_EQ(of_row(club, trip, kAt).as<int64_t>(), 99);
  EXPECT_EQ(of_row(club, trip, kColour).as<uint32_t>(), 1u);
  for (uint32_t number = kDone; number <= kColour; ++number) EXPECT_TRUE(of_row(club, trip, number).is_set);
}

TEST(AbiValues, ThoseThatAreNotNamedStay) {
  Club club;
  const uint32_t trip = club.trip(club.sam);
  for (uint32_t number = kDone; number <= kColour; ++number) EXPECT_FALSE(of_row(club, trip, number).is_set);
  Writing change(club.store);
  const policy_value first[] = {value_of(kSeats, 4), text_of(kTitle, "tour")};
  EXPECT_EQ(policy_set_row_values(change, trip, first, 2, 0, 0), POLICY_OK);
  const policy_value second[] = {no_value_of(kSeats), value_of(kColour, 1)};
  EXPECT_EQ(policy_set_row_values(change, trip, second, 2, 0, 0), POLICY_OK);
  const policy_value mixed[] = {value_of(kDone, 1), value_of(kColour, 9)};
  EXPECT_EQ(policy_set_row_values(change, trip, mixed, 2, 0, 0), POLICY_INVALID) << "all or none";
  change.commit();
  club.look();
  EXPECT_FALSE(of_row(club, trip, kSeats).is_set);
  EXPECT_FALSE(of_row(club, trip, kDone).is_set);
  EXPECT_EQ(of_row(club, trip, kTitle).text(), "tour");
  EXPECT_EQ(of_row(club, trip, kColour).as<uint32_t>(), 1u);
}

TEST(AbiValues, ColumnsAreThoseOfTheTable) {
  Club club;
  const uint32_t trip = club.trip(club.sam);
  Writing change(club.store);
  EXPECT_EQ(policy_set_row_values(change, trip, nullptr, 0, 4, 0), POLICY_UNKNOWN);
  EXPECT_EQ(policy_set_row_values(change, trip, nullptr, 0, 1, 2), POLICY_INVALID) << "has a value, and is not named";
  EXPECT_EQ(policy_set_row_values(change, trip, nullptr, 0, 3, 2), POLICY_OK);
  EXPECT_EQ(policy_set_row_values(change, trip, nullptr, 1, 0, 0), POLICY_INVALID);
}

TEST(AbiValues, EqualStringsAreKeptOnceAndNeverMove) {
  Club club;
  const uint32_t trip = club.trip(club.sam), other = club.trip(club.ana);
  Writing change(club.store);
  const policy_value value = text_of(kTitle, "a title of more than a few letters");
  EXPECT_EQ(policy_set_row_values(change, trip, &value, 1, 0, 0), POLICY_OK);
  EXPECT_EQ(policy_set_row_values(change, other, &value, 1, 0, 0), POLICY_OK);
  change.commit();
  club.look();
  const auto before = of_row(club, trip, kTitle).as<policy_string>();
  EXPECT_EQ(before.data, of_row(club, other, kTitle).as<policy_string>().data);
  Writing more(club.store);
  for (int i = 0; i < 2000; ++i) {
    const std::string text = "title " + std::to_string(i);
    const policy_value another = text_of(kTitle, text);
    EXPECT_EQ(policy_set_row_values(more, other, &another, 1, 0, 0), POLICY_OK);
  }
  more.commit();
  EXPECT_EQ(std::string(before.data, before.size), "a title of more than a few letters");
}

TEST(AbiValues, OfUsersAreRead) {
  Club club;
  const policy_subject* sam = policy_reader_subject(club.reader, club.sam);
  ASSERT_NE(sam->attributes, nullptr) << "conditions read all attributes, those without a value too";
  EXPECT_FALSE(look_at(club, sam->attributes, POLICY_NAME_USER_ATTRIBUTE, 0, 0).is_set);
  Writing change(club.store);
  const policy_value level = value_of(0, 42), nick = text_of(1, "sammy"), wrong = value_of(2, 1);
  EXPECT_EQ(policy_set_user_values(change, club.sam, &level, 1), POLICY_OK);
  EXPECT_EQ(policy_set_user_values(change, club.sam, &nick, 1), POLICY_OK);
  EXPECT_EQ(policy_set_user_values(change, club.sam, &wrong, 1), POLICY_UNKNOWN);
  EXPECT_EQ(policy_set_user_values(change, 99, &nick, 1), POLICY_UNKNOWN);
  EXPECT_EQ(policy_set_user_values(change, club.sam, nullptr, 1), POLICY_INVALID);
  change.commit();
  club.look();
  sam = policy_reader_subject(club.reader, club.sam);
  EXPECT_EQ(look_at(club, sam->attributes, POLICY_NAME_USER_ATTRIBUTE, 0, 0).as<int64_t>(), 42);
  EXPECT_EQ(look_at(club, sam->attributes, POLICY_NAME_USER_ATTRIBUTE, 0, 1).text(), "sammy");
}

// A version that is gone takes none of them along.
TEST(AbiValues, SurviveAnotherVersionOfThePolicy) {
  Club club;
  const uint32_t trip = club.trip(club.sam);
  Writing change(club.store);
  const policy_value values[] = {text_of(kTitle, "a title of more than a few letters"), value_of(kColour, 0)};
  EXPECT_EQ(policy_set_row_values(change, trip, values, 2, 0, 0), POLICY_OK);
  change.commit();
  ProgramTables tables = club_tables();
  tables.choice_labels = {"blue", "red", "green"};
  Program next(std::move(tables));
  ASSERT_EQ(policy_store_replace(club.store, next, 0, nullptr, nullptr, nullptr, nullptr), POLICY_OK);
  club.look();
  EXPECT_EQ(of_row(club, trip, kTitle).text(), "a title of more than a few letters");
  EXPECT_EQ(of_row(club, trip, kColour).as<uint32_t>(), 1u) << "red, by its new number";
}

}  // namespace
}  // namespace policy::test
