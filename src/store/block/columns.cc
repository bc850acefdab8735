#include "store/block/columns.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "store/block/bits.h"

namespace tidemark::store {
namespace {

enum class IntegerForm : std::uint8_t { packed = 0, packed_deltas = 1, second_deltas = 2 };
enum class NumberForm : std::uint8_t { constant = 0, decimal = 1, xored = 2 };

constexpr unsigned kMaxExponent = 9;
constexpr std::array<double, kMaxExponent + 1> kPowersOfTen{
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};
/// Integers up to this are exact as doubles, so dividing by a power of ten rounds once only and the
/// check in scale() holds on every machine.
constexpr double kExactLimit = 9007199254740992.0;  // 2^53

std::uint64_t bits_of(double value) {
  return std::bit_cast<std::uint64_t>(value);
}

std::uint64_t minus(std::int64_t a, std::int64_t b) {
  return static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b);
}

void put_packed(std::span<const std::int64_t> values, ByteSink& out) {
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  const auto width = static_cast<unsigned>(std::bit_width(minus(*high, *low)));
  out.svarint(*low);
  out.u8(static_cast<std::uint8_t>(width));
  BitWriter bits;
  for (const std::int64_t value : values)
    bits.put(minus(value, *low), width);
  out.raw(bits.bytes());
}

Result<std::vector<std::int64_t>> get_packed(ByteSource& in, std::size_t count) {
  TM_TRY(const std::int64_t low, in.svarint());
  TM_TRY(const std::uint8_t width, in.u8());
  if (width > 64) return fail(Errc::corrupt, "integer column is wider than 64 bits");
  TM_TRY(const auto bytes, in.raw((count * width + 7) / 8));
  BitReader bits(bytes);
  std::vector<std::int64_t> out(count);
  for (std::int64_t& value : out) {
    value = static_cast<std::int64_t>(static_cast<std::uint64_t>(low) + bits.get(width));
  }
  return out;
}

std::vector<std::int64_t> deltas_of(std::span<const std::int64_t> values) {
  std::vector<std::int64_t> out;
  for (std::size_t i = 1; i < values.size(); ++i) {
    out.push_back(static_cast<std::int64_t>(minus(values[i], values[i - 1])));
  }
  return out;
}

/// `sums` = first value, then differences: becomes the values.
void add_up(std::vector<std::int64_t>* sums) {
  for (std::size_t i = 1; i < sums->size(); ++i) {
    (*sums)[i] = static_cast<std::int64_t>(static_cast<std::uint64_t>((*sums)[i - 1]) +
                                           static_cast<std::uint64_t>((*sums)[i]));
  }
}

Result<std::vector<std::int64_t>> get_second_deltas(ByteSource& in, std::size_t count) {
  std::vector<std::int64_t> out(count);
  std::uint64_t step = 0;
  for (std::size_t i = 0; i < count; ++i) {
    TM_TRY(const std::int64_t value, in.svarint());
    if (i > 0) step += static_cast<std::uint64_t>(value);
    out[i] = i == 0 ? value : static_cast<std::int64_t>(step);
  }
  add_up(&out);
  return out;
}

bool is_scaled(double value, unsigned exponent, std::int64_t* scaled) {
  const double big = value * kPowersOfTen[exponent];
  if (!(std::fabs(big) < kExactLimit)) return false;
  const double whole = std::nearbyint(big);
  *scaled = static_cast<std::int64_t>(whole);
  return bits_of(static_cast<double>(*scaled) / kPowersOfTen[exponent]) == bits_of(value);
}

/// The values times 10^exponent as integers; empty: they are no decimals of that exponent.
std::vector<std::int64_t> scale(std::span<const double> values, unsigned exponent) {
  std::vector<std::int64_t> out(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!is_scaled(values[i], exponent, &out[i])) return {};
  }
  return out;
}

/// The smallest exponent that fits all; more than kMaxExponent: none.
unsigned exponent_of(std::span<const double> values) {
  unsigned exponent = 0;
  std::int64_t unused = 0;
  for (const double value : values) {
    while (exponent <= kMaxExponent && !is_scaled(value, exponent, &unused))
      ++exponent;
  }
  return exponent;
}

void put_xored(std::span<const double> values, ByteSink& out) {
  BitWriter bits;
  std::uint64_t before = 0;
  unsigned lead = 0, length = 0;  // of the last window; length 0 = none yet
  for (const double value : values) {
    const std::uint64_t changed = bits_of(value) ^ before;
    before = bits_of(value);
    bits.put(changed != 0 ? 1 : 0, 1);
    if (changed == 0) continue;
    const auto zeros = static_cast<unsigned>(std::countl_zero(changed));
    const auto trail = static_cast<unsigned>(std::countr_zero(changed));
    const bool fits = length != 0 && zeros >= lead && trail >= 64 - lead - length;
    bits.put(fits ? 0 : 1, 1);
    if (!fits) {
      lead = zeros;
      length = 64 - zeros - trail;
      bits.put(lead, 6);
      bits.put(length - 1, 6);
    }
    bits.put(changed >> (64 - lead - length), length);
  }
  out.text(bits.bytes());
}

Result<std::vector<double>> get_xored(ByteSource& in, std::size_t count) {
  TM_TRY(const auto bytes, in.text());
  BitReader bits(bytes);
  std::vector<double> out(count);
  std::uint64_t before = 0;
  unsigned lead = 0, length = 0;
  for (double& value : out) {
    if (bits.get(1) != 0) {
      if (bits.get(1) != 0) {
        lead = static_cast<unsigned>(bits.get(6));
        length = static_cast<unsigned>(bits.get(6)) + 1;
      }
      if (length == 0 || lead + length > 64) return fail(Errc::corrupt, "number column is broken");
      before ^= bits.get(length) << (64 - lead - length);
    }
    value = std::bit_cast<double>(before);
  }
  if (!bits.ok() || bits.bytes_read() != bytes.size()) {
    return fail(Errc::corrupt, "number column has a wrong length");
  }
  return out;
}

Result<std::vector<double>> get_decimals(ByteSource& in, std::size_t count) {
  TM_TRY(const std::uint8_t exponent, in.u8());
  if (exponent > kMaxExponent) return fail(Errc::corrupt, "number column has a wrong exponent");
  TM_TRY(const auto integers, get_integers(in, count));
  std::vector<double> out(count);
  for (std::size_t i = 0; i < count; ++i) {
    out[i] = static_cast<double>(integers[i]) / kPowersOfTen[exponent];
  }
  return out;
}

}  // namespace

void put_integers(std::span<const std::int64_t> values, ByteSink& out) {
  std::array<ByteSink, 3> forms;
  forms[0].u8(static_cast<std::uint8_t>(IntegerForm::packed));
  put_packed(values, forms[0]);
  const auto deltas = deltas_of(values);
  std::size_t best = 0;
  if (!deltas.empty()) {
    forms[1].u8(static_cast<std::uint8_t>(IntegerForm::packed_deltas));
    forms[1].svarint(values[0]);
    put_packed(deltas, forms[1]);
    forms[2].u8(static_cast<std::uint8_t>(IntegerForm::second_deltas));
    forms[2].svarint(values[0]);
    forms[2].svarint(deltas[0]);
    for (const std::int64_t turn : deltas_of(deltas))
      forms[2].svarint(turn);
    for (std::size_t i = 1; i < forms.size(); ++i) {
      if (forms[i].size() < forms[best].size()) best = i;
    }
  }
  out.raw(forms[best].view());
}

Result<std::vector<std::int64_t>> get_integers(ByteSource& in, std::size_t count) {
  TM_TRY(const std::uint8_t form, in.u8());
  switch (static_cast<IntegerForm>(form)) {
    case IntegerForm::packed:
      return get_packed(in, count);
    case IntegerForm::packed_deltas: {
      TM_TRY(const std::int64_t first, in.svarint());
      TM_TRY(auto out, get_packed(in, count - 1));
      out.insert(out.begin(), first);
      add_up(&out);
      return out;
    }
    case IntegerForm::second_deltas:
      return get_second_deltas(in, count);
  }
  return fail(Errc::corrupt, "integer column of unknown form");
}

void put_numbers(std::span<const double> values, ByteSink& out) {
  const bool constant = std::all_of(values.begin(), values.end(), [&](double value) {
    return bits_of(value) == bits_of(values[0]);
  });
  if (constant) {
    out.u8(static_cast<std::uint8_t>(NumberForm::constant));
    out.f64(values[0]);
    return;
  }
  if (const unsigned exponent = exponent_of(values); exponent <= kMaxExponent) {
    // A value can be exact with two digits and, when large, no longer be with three.
    if (const auto scaled = scale(values, exponent); !scaled.empty()) {
      out.u8(static_cast<std::uint8_t>(NumberForm::decimal));
      out.u8(static_cast<std::uint8_t>(exponent));
      put_integers(scaled, out);
      return;
    }
  }
  out.u8(static_cast<std::uint8_t>(NumberForm::xored));
  put_xored(values, out);
}

Result<std::vector<double>> get_numbers(ByteSource& in, std::size_t count) {
  TM_TRY(const std::uint8_t form, in.u8());
  switch (static_cast<NumberForm>(form)) {
    case NumberForm::constant: {
      TM_TRY(const double value, in.f64());
      return std::vector<double>(count, value);
    }
    case NumberForm::decimal:
      return get_decimals(in, count);
    case NumberForm::xored:
      return get_xored(in, count);
  }
  return fail(Errc::corrupt, "number column of unknown form");
}

}  // namespace tidemark::store
