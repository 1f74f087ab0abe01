package policyc

/*
#include "policy/policy.h"
*/
import "C"

import (
	"encoding/binary"
	"math/big"
	"strings"
	"time"
	"unsafe"
)

// Values are attributes by name. Nil is "no value". Numbers are exact, so there are no floats:
//
//	boolean   bool
//	integer   int, int32, int64, uint32
//	decimal   Decimal, *big.Rat, an integer
//	money     Money, *big.Rat, an integer
//	string    string
//	date      Date, time.Time (its day)
//	datetime  DateTime, time.Time (to the microsecond)
//	choice    string (the label), Choice
type Values map[string]any

// Decimal is an exact number with ten places: value x 10^10 in 128 bits. See NewDecimal.
type Decimal struct {
	Low  uint64
	High int64
}

// Money is an exact number with four places: value x 10^4.
type Money int64

// Date is a day: days since 1970-01-01.
type Date int32

// DateTime is a moment: microseconds since 1970-01-01T00:00:00Z.
type DateTime int64

// Choice is the number of a label: NameChoice.
type Choice uint32

// NewDecimal reads "12.5"; ErrInvalid where that is no number, or has more than ten places.
func NewDecimal(text string) (Decimal, error) {
	number, err := parse(text)
	if err != nil {
		return Decimal{}, err
	}
	return decimalOf(number)
}

// NewMoney reads "12.50"; ErrInvalid where that is no number, or has more than four places.
func NewMoney(text string) (Money, error) {
	number, err := parse(text)
	if err != nil {
		return 0, err
	}
	return moneyOf(number)
}

// DateOf is the day of a moment, in the moment's own time zone.
func DateOf(moment time.Time) Date {
	year, month, day := moment.Date()
	return Date(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

func DateTimeOf(moment time.Time) DateTime { return DateTime(moment.UnixMicro()) }

// No exponents and no fractions: a short text must not become a number of a million digits.
func parse(text string) (*big.Rat, error) {
	if len(text) <= 64 && !strings.ContainsAny(text, "eEpPxX/_") {
		if number, ok := new(big.Rat).SetString(text); ok {
			return number, nil
		}
	}
	return nil, fail(ErrInvalid, "%q is no number", text)
}

func scaled(number *big.Rat, places int64) (*big.Int, error) {
	factor := new(big.Int).Exp(big.NewInt(10), big.NewInt(places), nil)
	product := new(big.Rat).Mul(number, new(big.Rat).SetInt(factor))
	if !product.IsInt() {
		return nil, fail(ErrInvalid, "%s has more than %d places", number.RatString(), places)
	}
	return product.Num(), nil
}

func decimalOf(number *big.Rat) (Decimal, error) {
	digits, err := scaled(number, 10)
	if err != nil {
		return Decimal{}, err
	}
	if digits.Cmp(minDecimal) < 0 || digits.Cmp(maxDecimal) > 0 {
		return Decimal{}, fail(ErrInvalid, "%s is too great for a decimal", number.RatString())
	}
	low := new(big.Int).And(digits, maxUint64)
	return Decimal{low.Uint64(), new(big.Int).Rsh(digits, 64).Int64()}, nil
}

func moneyOf(number *big.Rat) (Money, error) {
	digits, err := scaled(number, 4)
	if err != nil {
		return 0, err
	}
	if !digits.IsInt64() {
		return 0, fail(ErrInvalid, "%s is too great for money", number.RatString())
	}
	return Money(digits.Int64()), nil
}

var (
	maxUint64  = new(big.Int).SetUint64(1<<64 - 1)
	maxDecimal = new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 127), big.NewInt(1))
	minDecimal = new(big.Int).Neg(new(big.Int).Lsh(big.NewInt(1), 127))
)

// A value as policy_value has it.
type encoded struct {
	isSet  bool
	number uint64
	high   int64
	text   string
}

type attribute struct {
	name   string
	number AttributeID
	kind   Type
	offset uint32
	size   uint32
}

// encode is exact, or an error.
func (p *Program) encode(a attribute, value any) (encoded, error) {
	if value == nil {
		return encoded{}, nil
	}
	switch a.kind {
	case TypeBoolean:
		if value, ok := value.(bool); ok {
			return integer(map[bool]int64{true: 1}[value]), nil
		}
	case TypeInteger:
		if number, ok := wholeNumber(value); ok {
			return integer(number), nil
		}
	case TypeDecimal:
		return encodeDecimal(a, value)
	case TypeMoney:
		return encodeMoney(a, value)
	case TypeString:
		if value, ok := value.(string); ok {
			return encoded{isSet: true, text: value}, mustBeText(value)
		}
	case TypeDate:
		switch value := value.(type) {
		case Date:
			return integer(int64(value)), nil
		case time.Time:
			return integer(int64(DateOf(value))), nil
		}
	case TypeDateTime:
		switch value := value.(type) {
		case DateTime:
			return integer(int64(value)), nil
		case time.Time:
			return integer(int64(DateTimeOf(value))), nil
		}
	case TypeChoice:
		return p.encodeChoice(a, value)
	}
	return encoded{}, wrongType(a, value)
}

func wrongType(a attribute, value any) error {
	return fail(ErrInvalid, "`%s` is of type %v; a %T is none", a.name, a.kind, value)
}

func integer(number int64) encoded { return encoded{isSet: true, number: uint64(number), high: 0} }

func wholeNumber(value any) (int64, bool) {
	switch value := value.(type) {
	case int:
		return int64(value), true
	case int32:
		return int64(value), true
	case int64:
		return value, true
	case uint32:
		return int64(value), true
	}
	return 0, false
}

func encodeDecimal(a attribute, value any) (encoded, error) {
	number, isDecimal := value.(Decimal)
	if !isDecimal {
		rational, err := rationalOf(a, value)
		if err != nil {
			return encoded{}, err
		}
		if number, err = decimalOf(rational); err != nil {
			return encoded{}, err
		}
	}
	return encoded{isSet: true, number: number.Low, high: number.High}, nil
}

func encodeMoney(a attribute, value any) (encoded, error) {
	number, isMoney := value.(Money)
	if !isMoney {
		rational, err := rationalOf(a, value)
		if err != nil {
			return encoded{}, err
		}
		if number, err = moneyOf(rational); err != nil {
			return encoded{}, err
		}
	}
	return integer(int64(number)), nil
}

func rationalOf(a attribute, value any) (*big.Rat, error) {
	if rational, ok := value.(*big.Rat); ok && rational != nil {
		return rational, nil
	}
	if number, ok := wholeNumber(value); ok {
		return new(big.Rat).SetInt64(number), nil
	}
	return nil, wrongType(a, value)
}

func (p *Program) encodeChoice(a attribute, value any) (encoded, error) {
	labels := p.choiceLabels()
	switch value := value.(type) {
	case Choice:
		if int(value) < len(labels) {
			return integer(int64(value)), nil
		}
		return encoded{}, fail(ErrUnknown, "the policy has no choice %d", value)
	case string:
		if number, ok := labels[value]; ok {
			return integer(int64(number)), nil
		}
		return encoded{}, fail(ErrUnknown, "the policy has no choice `%s`", value)
	}
	return encoded{}, wrongType(a, value)
}

func (p *Program) choiceLabels() map[string]uint32 {
	p.lock.Lock()
	defer p.lock.Unlock()
	if p.labels == nil {
		p.labels = map[string]uint32{}
		for number, label := range p.Names(NameChoice, 0) {
			p.labels[label] = number
		}
	}
	return p.labels
}

// Where the attributes of a table, of users or of the context lie.
type layout struct {
	byName map[string]attribute
	list   []attribute
	bytes  int
}

type layoutKey struct {
	kind NameKind
	of   uint32
}

func (p *Program) layoutOf(kind NameKind, of uint32) (*layout, error) {
	if p == nil || !p.handle.enter() {
		return nil, closed("program")
	}
	defer p.handle.leave()
	p.lock.Lock()
	defer p.lock.Unlock()
	key := layoutKey{kind, of}
	if found := p.layouts[key]; found != nil {
		return found, nil
	}
	if kind == NameAttribute && of >= uint32(p.Count(NameTable, 0)) {
		return nil, fail(ErrUnknown, "the policy has no table %d", of)
	}
	l := &layout{byName: map[string]attribute{}}
	for number, name := range p.Names(kind, of) {
		var i C.policy_attribute_info
		i.struct_size = C.uint32_t(unsafe.Sizeof(i))
		status := C.policy_attribute_describe(p.ptr, C.uint32_t(kind), C.uint32_t(of), C.uint32_t(number), &i)
		if err := plain(status, "attribute "+name); err != nil {
			return nil, err
		}
		a := attribute{name, AttributeID(number), Type(i._type), uint32(i.offset), uint32(i.size)}
		l.byName[name] = a
		l.list = append(l.list, a)
		l.bytes = max(l.bytes, (int(i.offset+i.size)+7)&^7)
	}
	if p.layouts == nil {
		p.layouts = map[layoutKey]*layout{}
	}
	p.layouts[key] = l
	return l, nil
}

func (l *layout) find(name string) (attribute, error) {
	a, ok := l.byName[name]
	if !ok {
		return a, fail(ErrUnknown, "no condition reads an attribute `%s`", name)
	}
	return a, nil
}

// write puts a value where compiled code finds it; the text of a string lies at `text`.
func (v encoded) write(a attribute, bytes []byte, text unsafe.Pointer) {
	mask := byte(1) << (a.number % 8)
	if !v.isSet {
		bytes[a.number/8] &^= mask
		return
	}
	bytes[a.number/8] |= mask
	at := bytes[a.offset : a.offset+a.size]
	switch {
	case a.kind == TypeString:
		binary.NativeEndian.PutUint64(at, uint64(uintptr(text)))
		binary.NativeEndian.PutUint64(at[8:], uint64(len(v.text)))
	case a.size == 16:
		binary.NativeEndian.PutUint64(at, v.number)
		binary.NativeEndian.PutUint64(at[8:], uint64(v.high))
	case a.size == 8:
		binary.NativeEndian.PutUint64(at, v.number)
	case a.size == 4:
		binary.NativeEndian.PutUint32(at, uint32(v.number))
	default:
		at[0] = byte(v.number)
	}
}

// fill writes all values; texts are kept in `m`.
func (p *Program) fill(l *layout, values Values, bytes []byte, m *memory) error {
	for name, value := range values {
		a, err := l.find(name)
		if err != nil {
			return err
		}
		v, err := p.encode(a, value)
		if err != nil {
			return err
		}
		var text unsafe.Pointer
		if v.isSet && a.kind == TypeString {
			text = m.text(v.text)
		}
		v.write(a, bytes, text)
	}
	return nil
}

// numbered makes a list of policy_value in `m`.
func (p *Program) numbered(l *layout, values Values, m *memory) (*C.policy_value, C.uint32_t, error) {
	if len(values) == 0 {
		return nil, 0, nil
	}
	var list []C.policy_value
	block := m.zeroed(len(values) * int(unsafe.Sizeof(C.policy_value{})))
	list = unsafe.Slice((*C.policy_value)(block), len(values))
	next := 0
	for name, value := range values {
		a, err := l.find(name)
		if err != nil {
			return nil, 0, err
		}
		v, err := p.encode(a, value)
		if err != nil {
			return nil, 0, err
		}
		out := &list[next]
		next++
		out.attribute = C.uint32_t(a.number)
		if v.isSet {
			out.is_set = 1
			out.number = C.uint64_t(v.number)
			out.high = C.int64_t(v.high)
		}
		if v.isSet && a.kind == TypeString {
			out.text = (*C.char)(m.text(v.text))
			out.text_size = C.uint64_t(len(v.text))
		}
	}
	return &list[0], C.uint32_t(len(values)), nil
}
