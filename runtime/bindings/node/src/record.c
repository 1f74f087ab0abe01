// Blocks: records, and the attributes of users and contexts; batches of records, and columns of strings.
#include <stdlib.h>
#include <string.h>

#include "addon.h"

// newBlock(headerBytes, attributeBytes, attributeCount): zeroed
static napi_value new_block(napi_env env, napi_callback_info info) {
  Args args = args_of(env, info);
  const uint32_t header = number_at(&args, 0), size = number_at(&args, 1), texts = number_at(&args, 2);
  if (args.failed) return done(&args, NULL);
  Block* block = calloc(1, sizeof *block);
  if (block != NULL) {
    block->bytes = calloc(1, (size_t)header + size + 8);
    block->texts = calloc((size_t)texts + 1, sizeof(char*));
  }
  if (block == NULL || block->bytes == NULL || block->texts == NULL) {
    if (block != NULL) free(block->bytes), free(block->texts);
    free(block);
    fail(&args, POLICY_NO_MEMORY, NULL, "no memory");
    return done(&args, NULL);
  }
  block->size = (size_t)header + size;
  block->attributes_at = header;
  block->text_count = texts;
  block->context = (policy_context){.struct_size = sizeof(policy_context), .attributes = block->bytes};
  return done(&args, new_handle(&args, kBlock, block, NULL));
}

static void write_number(uint8_t* to, uint32_t size, uint64_t low, uint64_t high) {
  switch (size) {
    case 1:
      *to = (uint8_t)low;
      break;
    case 4:
      memcpy(to, &(uint32_t){(uint32_t)low}, 4);
      break;
    case 8:
      memcpy(to, &low, 8);
      break;
    default:
      memcpy(to, &low, 8);
      memcpy(to + 8, &high, 8);
  }
}

static void write_text(Args* args, Block* block, uint32_t attribute, uint8_t* to, const char* from, size_t size) {
  char* copy = malloc(size + 1);
  if (copy == NULL) {
    fail(args, POLICY_NO_MEMORY, NULL, "no memory");
    return;
  }
  memcpy(copy, from, size);
  const policy_string string = {copy, size};
  memcpy(to, &string, sizeof string);
  free(block->texts[attribute]);
  block->texts[attribute] = copy;
}

// setAttribute(block, attribute, offset, size, number, high, text): `number` null takes the value away
static napi_value set_attribute(napi_env env, napi_callback_info info) {
  Args args = args_of(env, info);
  Block* block = handle_at(&args, 0, kBlock);
  const uint32_t attribute = number_at(&args, 1), offset = number_at(&args, 2), size = number_at(&args, 3);
  if (args.failed) return done(&args, NULL);
  const bool fits = attribute < block->text_count && (size == 1 || size == 4 || size == 8 || size == 16) &&
                    block->attributes_at + attribute / 8 < block->size &&
                    block->attributes_at + (size_t)offset + size <= block->size;
  if (!fits) {
    fail(&args, POLICY_INVALID, NULL, "no such attribute");
    return done(&args, NULL);
  }
  uint8_t* present = block->bytes + block->attributes_at + attribute / 8;
  uint8_t* to = block->bytes + block->attributes_at + offset;
  if (!is_given(&args, 4)) {
    *present &= (uint8_t)~(1u << attribute % 8);
    return done(&args, nothing(env));
  }
  const uint64_t low = big_at(&args, 4), high = big_at(&args, 5);
  size_t length = 0;
  const char* string = text_at(&args, 6, &length);
  if (args.failed) return done(&args, NULL);
  if (string != NULL && size == sizeof(policy_string)) {
    write_text(&args, block, attribute, to, string, length);
  } else {
    write_number(to, size, low, high);
  }
  if (!args.failed) *present |= (uint8_t)(1u << attribute % 8);
  return done(&args, nothing(env));
}

static Block* record_block_at(Args* args, size_t index) {
  Block* block = handle_at(args, index, kBlock);
  if (block != NULL && block->attributes_at != sizeof(policy_record)) fail(args, POLICY_INVALID, NULL, "no record");
  return block;
}

// setHeader(record, owner, unit, away)
static napi_value set_header(napi_env env, napi_callback_info info) {
  Args args = args_of(env, info);
  Block* block = record_block_at(&args, 0);
  const uint32_t owner = number_at(&args, 1), unit = number_at(&args, 2);
  const int32_t away = flag_at(&args, 3);
  if (args.failed) return done(&args, NULL);
  policy_record* record = (policy_record*)block->bytes;
  record->owner = owner;
  record->owning_unit = unit;
  record->shares = (record->shares & ~(uint64_t)POLICY_AWAY) | (away ? POLICY_AWAY : 0);
  return done(&args, nothing(env));
}

// setShares(record, [principal, rights, inherited, ...] in an Uint32Array)
static napi_value set_shares(napi_env env, napi_callback_info info) {
  Args args = args_of(env, info);
  Block* block = record_block_at(&args, 0);
  size_t length = 0;
  const uint32_t* given = numbers_at(&args, 1, &length);
  if (args.failed) return done(&args, NULL);
  const uint32_t count = (uint32_t)(length / 3);
  policy_share_list* list = calloc(1, sizeof *list + count * sizeof(policy_share));
  if (list == NULL) {
    fail(&args, POLICY_NO_MEMORY, NULL, "no memory");
    return done(&args, NULL);
  }
  list->count = count;
  policy_share* shares = (policy_share*)(list + 1);
  for (uint32_t i = 0; i < count; ++i)
    shares[i] = (policy_share){given[3 * i], (uint16_t)given[3 * i + 1], (uint16_t)given[3 * i + 2]};
  policy_record* record = (policy_record*)block->bytes;
  record->shares = (record->shares & POLICY_AWAY) | (count == 0 ? 0 : (uint64_t)(uintptr_t)list);
  free(block->shares);
  block->shares = list;
  return done(&args, nothing(env));
}

// newBatch([record, ...]): what checkMany takes. The caller keeps the records.
static napi_value new_batch(napi_env env, napi_callback_info info) {
  Args args = args_of(env, info);
  uint32_t count = 0;
  if (napi_get_array_length(env, args.at[0], &count) != napi_ok) fail_type(&args, "an array of records is needed");
  if (args.failed) return done(&args, NULL);
  Batch* batch = calloc(1, sizeof *batch);
  if (batch != NULL) batch->records = calloc((size_t)count + 1, sizeof(policy_record*));
  if (batch == NULL || batch->records == NULL) {
    free(batch);
    fail(&args, POLICY_NO_MEMORY, NULL, "no memory");
    return done(&args, NULL);
  }
  batch->count = count;
  for (uint32_t i = 0; i < count && !args.failed; ++i) {
    napi_handle_scope scope = NULL;
    napi_open_handle_scope(env, &scope);
    Args one = {.env = env};
    napi_get_element(env, args.at[0], i, &one.at[0]);
    const Block* block = record_block_at(&one, 0);
    if (!one.failed) batch->records[i] = (const policy_record*)block->bytes;
    args.failed = one.failed;
    napi_close_handle_scope(env, scope);
  }
  if (args.failed) {
    free(batch->records);
    free(batch);
    return done(&args, NULL);
  }
  return done(&args, new_handle(&args, kBatch, batch, NULL));
}

// newStrings(utf8 of all, [size, ...] in an Uint32Array): a column of strings
static napi_value new_strings(napi_env env, napi_callback_info info) {
  Args args = args_of(env, info);
  uint8_t* from = bytes_at(&args, 0, 0);
  size_t count = 0, total = 0, length = 0;
  const uint32_t* sizes = numbers_at(&args, 1, &count);
  if (args.failed) return done(&args, NULL);
  napi_get_typedarray_info(env, args.at[0], NULL, &length, NULL, NULL, NULL);
  for (size_t i = 0; i < count; ++i) total += sizes[i];
  Strings* made = calloc(1, sizeof *made);
  if (made != NULL) {
    made->strings = calloc(count + 1, sizeof(policy_string));
    made->bytes = malloc(total + 1);
  }
  if (made == NULL || made->strings == NULL || made->bytes == NULL || total > length) {
    if (made != NULL) free(made->strings), free(made->bytes);
    free(made);
    fail(&args, total > length ? POLICY_INVALID : POLICY_NO_MEMORY, NULL, "sizes and bytes of strings do not fit");
    return done(&args, NULL);
  }
  if (total != 0) memcpy(made->bytes, from, total);
  made->count = count;
  for (size_t i = 0, at = 0; i < count; at += sizes[i++])
    made->strings[i] = (policy_string){made->bytes + at, sizes[i]};
  return done(&args, new_handle(&args, kStrings, made, NULL));
}

void add_record_functions(napi_env env, napi_value exports) {
  add_function(env, exports, "newBlock", new_block, NULL);
  add_function(env, exports, "setAttribute", set_attribute, NULL);
  add_function(env, exports, "setHeader", set_header, NULL);
  add_function(env, exports, "setShares", set_shares, NULL);
  add_function(env, exports, "newBatch", new_batch, NULL);
  add_function(env, exports, "newStrings", new_strings, NULL);
}
