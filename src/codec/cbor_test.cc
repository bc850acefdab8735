#include "codec/cbor.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace tidemark::codec {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::string unhex(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes.push_back(static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
  }
  return bytes;
}

std::string hex(std::string_view bytes) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    out.push_back(kHex[static_cast<unsigned char>(c) >> 4U]);
    out.push_back(kHex[static_cast<unsigned char>(c) & 15U]);
  }
  return out;
}

Errc code_of(const Result<Document>& result) {
  return result.has_value() ? Errc::internal : result.error().code;
}

struct Vector {
  const char* hex;
  Document value;
  bool canonical = true;  // the form that write_cbor chooses as well
};

using List = Document::List;

List one_to(std::int64_t last) {
  List items;
  for (std::int64_t i = 1; i <= last; ++i)
    items.emplace_back(i);
  return items;
}

const Document kFiveLetters{{"a", "A"}, {"b", "B"}, {"c", "C"}, {"d", "D"}, {"e", "E"}};

// RFC 8949, appendix A. Left out: integer keys, big numbers and simple values 16 and up, which are
// refused (below).
const Vector kAppendixA[] = {
    {"00", 0},
    {"01", 1},
    {"0a", 10},
    {"17", 23},
    {"1818", 24},
    {"1819", 25},
    {"1864", 100},
    {"1903e8", 1000},
    {"1a000f4240", 1000000},
    {"1b000000e8d4a51000", 1000000000000},
    {"1bffffffffffffffff", 18446744073709551615.0, false},
    {"3bffffffffffffffff", -18446744073709551616.0, false},
    {"20", -1},
    {"29", -10},
    {"3863", -100},
    {"3903e7", -1000},
    {"f90000", 0.0, false},
    {"f98000", -0.0, false},
    {"f93c00", 1.0, false},
    {"fb3ff199999999999a", 1.1},
    {"f93e00", 1.5, false},
    {"f97bff", 65504.0, false},
    {"fa47c35000", 100000.0, false},
    {"fa7f7fffff", 3.4028234663852886e+38, false},
    {"fb7e37e43c8800759c", 1.0e+300},
    {"f90001", 5.960464477539063e-8, false},
    {"f90400", 0.00006103515625, false},
    {"f9c400", -4.0, false},
    {"fbc010666666666666", -4.1},
    {"f97c00", kInfinity, false},
    {"f97e00", std::nan(""), false},
    {"f9fc00", -kInfinity, false},
    {"fa7f800000", kInfinity, false},
    {"fa7fc00000", std::nan(""), false},
    {"faff800000", -kInfinity, false},
    {"fb7ff0000000000000", kInfinity},
    {"fb7ff8000000000000", std::nan("")},
    {"fbfff0000000000000", -kInfinity},
    {"f4", false},
    {"f5", true},
    {"f6", nullptr},
    {"f7", nullptr, false},
    {"c074323031332d30332d32315432303a30343a30305a", "2013-03-21T20:04:00Z", false},
    {"c11a514b67b0", Timestamp::from_s(1363896240), false},
    {"c1fb41d452d9ec200000", Timestamp::from_ms(1363896240500)},
    {"d74401020304", Blob{"\x01\x02\x03\x04"}, false},
    {"d818456449455446", Blob{"dIETF"}, false},
    {"d82076687474703a2f2f7777772e6578616d706c652e636f6d", "http://www.example.com", false},
    {"40", Blob{""}},
    {"4401020304", Blob{"\x01\x02\x03\x04"}},
    {"60", ""},
    {"6161", "a"},
    {"6449455446", "IETF"},
    {"62225c", "\"\\"},
    {"62c3bc", "\xc3\xbc"},
    {"63e6b0b4", "\xe6\xb0\xb4"},
    {"64f0908591", "\xf0\x90\x85\x91"},
    {"80", List{}},
    {"83010203", List{1, 2, 3}},
    {"8301820203820405", List{1, List{2, 3}, List{4, 5}}},
    {"98190102030405060708090a0b0c0d0e0f101112131415161718181819", one_to(25)},
    {"a0", Document::map()},
    {"a26161016162820203", Document{{"a", 1}, {"b", List{2, 3}}}},
    {"826161a161626163", List{"a", Document{{"b", "c"}}}},
    {"a56161614161626142616361436164614461656145", kFiveLetters},
    {"5f42010243030405ff", Blob{"\x01\x02\x03\x04\x05"}, false},
    {"7f657374726561646d696e67ff", "streaming", false},
    {"9fff", List{}, false},
    {"9f018202039f0405ffff", List{1, List{2, 3}, List{4, 5}}, false},
    {"9f01820203820405ff", List{1, List{2, 3}, List{4, 5}}, false},
    {"83018202039f0405ff", List{1, List{2, 3}, List{4, 5}}, false},
    {"83019f0203ff820405", List{1, List{2, 3}, List{4, 5}}, false},
    {"bf61610161629f0203ffff", Document{{"a", 1}, {"b", List{2, 3}}}, false},
    {"826161bf61626163ff", List{"a", Document{{"b", "c"}}}, false},
    {"bf6346756ef563416d7421ff", Document{{"Fun", true}, {"Amt", -2}}, false},
};

TEST(Cbor, reads_the_examples_of_the_rfc) {
  for (const Vector& vector : kAppendixA) {
    const auto read = read_cbor(unhex(vector.hex));
    ASSERT_TRUE(read.has_value()) << vector.hex << ": " << read.error().what;
    EXPECT_EQ(*read, vector.value) << vector.hex;
  }
}

TEST(Cbor, writes_the_examples_of_the_rfc_that_are_in_its_form) {
  for (const Vector& vector : kAppendixA) {
    if (vector.canonical) {
      EXPECT_EQ(hex(write_cbor(vector.value)), vector.hex);
    }
    EXPECT_EQ(*read_cbor(write_cbor(vector.value)), vector.value) << vector.hex;
  }
}

TEST(Cbor, keeps_the_sign_of_zero) {
  EXPECT_TRUE(std::signbit(read_cbor(unhex("f98000"))->as_double()));
}

TEST(Cbor, refuses_what_no_aws_message_holds) {
  for (const char* bytes : {"a201020304",
                            "c249010000000000000000",
                            "c349010000000000000000",
                            "f0",
                            "f8ff",
                            "a2616101616102",  // the same key twice
                            "a1410100",        // a key of bytes
                            "c1f6",
                            "c16161",  // a time that is no number
                            "c1fb7ff8000000000000",
                            "c11b00000198f2a5d000"}) {  // NaN; epoch milliseconds
    EXPECT_EQ(code_of(read_cbor(unhex(bytes))), Errc::invalid) << bytes;
  }
}

TEST(Cbor, refuses_damaged_bytes) {
  for (const char* bytes : {"",         "18",       "19ff",         "1b00000000000000",
                            "1c",       "1f",       "3f",           "df00",
                            "ff",       "62ff",     "61",           "62c328",
                            "61ff",     "9f01",     "9f",           "bf6161",
                            "bf6161ff", "5f6161ff", "5f5f4101ffff", "7f4101ff",
                            "8201",     "a161",     "0000",         "f90000ff",
                            "7f61"}) {
    EXPECT_EQ(code_of(read_cbor(unhex(bytes))), Errc::invalid) << bytes;
  }
}

// A length that claims exabytes must be refused by looking at the bytes left, not by allocating.
TEST(Cbor, refuses_lengths_beyond_the_message_before_allocating) {
  for (const char* bytes : {"5b7fffffffffffffff",
                            "7b7fffffffffffffff",
                            "9b7fffffffffffffff",
                            "bb7fffffffffffffff",
                            "9bffffffffffffffff",
                            "bbffffffffffffffff",
                            "7bffffffffffffffff",
                            "9affffffff00",
                            "ba00000002616100"}) {
    EXPECT_EQ(code_of(read_cbor(unhex(bytes))), Errc::invalid) << bytes;
  }
}

TEST(Cbor, limits_hold_for_depth_size_and_number_of_values) {
  EXPECT_TRUE(read_cbor(std::string(32, '\x81') + '\x01').has_value());
  EXPECT_EQ(code_of(read_cbor(std::string(33, '\x81') + '\x01')), Errc::limit);
  EXPECT_EQ(code_of(read_cbor(std::string(1'000'000, '\x9f'))), Errc::limit);
  EXPECT_EQ(code_of(read_cbor(std::string(1'000'000, '\xc1'))), Errc::limit);
  std::string many = unhex("9a000f4240") + std::string(1'000'000, '\x00');
  EXPECT_EQ(code_of(read_cbor(many)), Errc::limit);
  EXPECT_EQ(code_of(read_cbor("\x83\x01\x02\x03", {.bytes = 3})), Errc::limit);
}

TEST(Cbor, a_cut_anywhere_is_refused) {
  const std::string whole = write_cbor(Document{{"Namespace", "Glue"},
                                                {"Timestamp", Timestamp::from_ms(1795435200250)},
                                                {"Values", List{1.5, 2, "x", Blob{"y"}}}});
  ASSERT_TRUE(read_cbor(whole).has_value());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_EQ(code_of(read_cbor(whole.substr(0, size))), Errc::invalid) << size;
  }
}

}  // namespace
}  // namespace tidemark::codec
