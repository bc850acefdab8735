#include <bit>

#include "codec/cbor.h"
#include "codec/epoch.h"

namespace tidemark::codec {
namespace {

constexpr unsigned kUnsigned = 0, kNegative = 1, kBytes = 2, kText = 3, kArray = 4, kMap = 5;
constexpr char kFalse = '\xf4', kTrue = '\xf5', kNull = '\xf6', kDouble = '\xfb', kEpoch = '\xc1';

void append_big_endian(std::uint64_t value, unsigned bytes, std::string* out) {
  for (unsigned i = bytes; i-- > 0;)
    out->push_back(static_cast<char>((value >> (8U * i)) & 0xffU));
}

void append_head(unsigned major, std::uint64_t argument, std::string* out) {
  const unsigned high = major << 5U;
  const auto sized = [&](unsigned info, unsigned bytes) {
    out->push_back(static_cast<char>(high | info));
    append_big_endian(argument, bytes, out);
  };
  if (argument < 24) {
    out->push_back(static_cast<char>(high | argument));
  } else if (argument <= 0xff) {
    sized(24, 1);
  } else if (argument <= 0xffff) {
    sized(25, 2);
  } else if (argument <= 0xffffffff) {
    sized(26, 4);
  } else {
    sized(27, 8);
  }
}

void append_string(unsigned major, std::string_view bytes, std::string* out) {
  append_head(major, bytes.size(), out);
  out->append(bytes);
}

void append_double(double value, std::string* out) {
  out->push_back(kDouble);
  append_big_endian(std::bit_cast<std::uint64_t>(value), 8, out);
}

void append_int(std::int64_t value, std::string* out) {
  if (value >= 0) return append_head(kUnsigned, static_cast<std::uint64_t>(value), out);
  append_head(kNegative, static_cast<std::uint64_t>(-(value + 1)), out);
}

void append_value(const Document& value, std::string* out);

void append_map(const Document::Map& members, std::string* out) {
  std::size_t count = 0;
  for (const DocumentMember& member : members)
    count += member.value.is_null() ? 0 : 1;
  append_head(kMap, count, out);
  for (const DocumentMember& member : members) {
    if (member.value.is_null()) continue;
    append_string(kText, member.key, out);
    append_value(member.value, out);
  }
}

void append_value(const Document& value, std::string* out) {
  if (value.is_map()) return append_map(value.as_map(), out);
  if (value.is_list()) {
    append_head(kArray, value.as_list().size(), out);
    for (const Document& item : value.as_list())
      append_value(item, out);
  } else if (value.is_string()) {
    append_string(kText, value.as_string(), out);
  } else if (value.is_blob()) {
    append_string(kBytes, value.as_blob(), out);
  } else if (value.is_double()) {
    append_double(value.as_double(), out);
  } else if (value.is_int()) {
    append_int(value.as_int(), out);
  } else if (value.is_time()) {
    out->push_back(kEpoch);
    append_double(epoch_seconds(value.as_time()), out);
  } else if (value.is_bool()) {
    out->push_back(value.as_bool() ? kTrue : kFalse);
  } else {
    out->push_back(kNull);
  }
}

}  // namespace

std::string write_cbor(const Document& document) {
  std::string out;
  append_value(document, &out);
  return out;
}

}  // namespace tidemark::codec
