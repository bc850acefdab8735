#include "codec/json.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace tidemark::codec {
namespace {

Errc code_of(const Result<Document>& result) {
  return result.has_value() ? Errc::internal : result.error().code;
}

TEST(Json, reads_every_kind_of_value) {
  const auto read =
      read_json(R"( {"s":"x","i":-7,"d":1.5,"e":1e3,"t":true,"n":null,"l":[1,[]],"m":{}} )");
  ASSERT_TRUE(read.has_value()) << read.error().what;
  EXPECT_EQ(*read,
            (Document{{"s", "x"},
                      {"i", -7},
                      {"d", 1.5},
                      {"e", 1000.0},
                      {"t", true},
                      {"n", nullptr},
                      {"l", Document::List{1, Document::list()}},
                      {"m", Document::map()}}));
}

TEST(Json, reads_bare_nan_and_infinities_as_python_writes_them) {
  const auto read = read_json("[NaN,Infinity,-Infinity]");
  ASSERT_TRUE(read.has_value());
  EXPECT_TRUE(std::isnan(read->as_list()[0].as_double()));
  EXPECT_EQ(read->as_list()[1], Document(std::numeric_limits<double>::infinity()));
  EXPECT_EQ(read->as_list()[2], Document(-std::numeric_limits<double>::infinity()));
  EXPECT_EQ(code_of(read_json("[nan]")), Errc::invalid);
  EXPECT_EQ(code_of(read_json("-NaN")), Errc::invalid);
  EXPECT_EQ(code_of(read_json("NaNa")), Errc::invalid);
}

TEST(Json, integers_that_do_not_fit_become_doubles) {
  EXPECT_EQ(*read_json("9223372036854775807"), Document(INT64_MAX));
  EXPECT_EQ(*read_json("9223372036854775808"), Document(9223372036854775808.0));
  EXPECT_EQ(*read_json("-9223372036854775808"), Document(INT64_MIN));
  EXPECT_EQ(*read_json("1e-400"), Document(0.0));
  EXPECT_EQ(code_of(read_json("1e400")), Errc::invalid);
  ReadLimits infinite;
  infinite.beyond_double = true;
  EXPECT_EQ(*read_json("-1e400", infinite), Document(-std::numeric_limits<double>::infinity()));
}

TEST(Json, refuses_what_is_not_json) {
  for (const char* text : {"",
                           " ",
                           "{",
                           "[1,]",
                           "{\"a\":1,}",
                           "01",
                           "-",
                           "1.",
                           ".5",
                           "1e",
                           "+1",
                           "tru",
                           "'a'",
                           "[1 2]",
                           "{\"a\" 1}",
                           "{1:2}",
                           "\"a",
                           "\"\\x\"",
                           "\"\\u12\"",
                           "\"\\u12g4\"",
                           "\"a\nb\"",
                           "[1]x",
                           "//",
                           "\"\\ud800\"",
                           "\"\\ud800\\u0041\"",
                           "\"\\udc00\"",
                           "0x10",
                           "\"\xff\"",
                           "\"\xc0\x80\"",
                           "\"\xed\xa0\x80\"",
                           "\"\xf4\x90\x80\x80\""}) {
    EXPECT_EQ(code_of(read_json(text)), Errc::invalid) << text;
  }
}

TEST(Json, refuses_duplicate_keys_however_they_are_spelled) {
  EXPECT_EQ(code_of(read_json(R"({"a":1,"b":2,"a":3})")), Errc::invalid);
  EXPECT_EQ(code_of(read_json(R"({"a":1,"\u0061":3})")), Errc::invalid);
  std::string many = "{";
  for (int i = 0; i < 50; ++i)
    many += "\"k" + std::to_string(i) + "\":0,";
  EXPECT_TRUE(read_json(many + "\"z\":0}").has_value());
  EXPECT_EQ(code_of(read_json(many + "\"k31\":0}")), Errc::invalid);
}

TEST(Json, escapes_give_the_characters_they_stand_for) {
  EXPECT_EQ(*read_json(R"("\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00")"),
            Document("\"\\/\b\f\n\r\t\xc3\xa9\xf0\x9f\x98\x80"));
  EXPECT_EQ(read_json(R"("a\u0000b")")->as_string(), std::string("a\0b", 3));
}

TEST(Json, limits_hold_for_depth_size_and_number_of_values) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_TRUE(read_json(nested(64)).has_value());
  EXPECT_EQ(code_of(read_json(nested(66))), Errc::limit);
  EXPECT_EQ(code_of(read_json(std::string(1'000'000, '['))), Errc::limit);
  EXPECT_EQ(code_of(read_json("[1,2,3]", {.bytes = 6})), Errc::limit);
  EXPECT_EQ(code_of(read_json("[1,2,3]", {.values = 3})), Errc::limit);
  EXPECT_TRUE(read_json("[1,2,3]", {.bytes = 7, .values = 4}).has_value());
}

TEST(Json, writes_what_reads_back_to_the_same_value) {
  const Document document{{"text", "a\"\\\n\x01\x7f\xc3\xa9"},
                          {"int", -3},
                          {"double", 0.1},
                          {"whole", 120034.0},
                          {"list", Document::List{true, 2}},
                          {"big", 1e300}};
  const std::string text = write_json(document);
  EXPECT_EQ(text,
            "{\"text\":\"a\\\"\\\\\\n\\u0001\\u007f\xc3\xa9\",\"int\":-3,\"double\":0.1,"
            "\"whole\":120034.0,\"list\":[true,2],\"big\":1e+300}");
  EXPECT_EQ(*read_json(text), document);
}

TEST(Json, writes_times_as_epoch_numbers) {
  EXPECT_EQ(write_json(Document(Timestamp::from_ms(1795435200250))), "1795435200.25");
  EXPECT_EQ(write_json(Document(Timestamp::from_s(1795435200))), "1795435200");
  EXPECT_EQ(write_json(Document(Timestamp::from_ms(-1250))), "-1.25");
  EXPECT_EQ(write_json(Document(Timestamp::from_ms(-250))), "-0.25");
  EXPECT_EQ(write_json(Document(Timestamp::from_ns(1))), "0.000000001");
  EXPECT_EQ(write_json(Document(Timestamp::max())), "9223372036.854775807");
}

TEST(Json, writes_doubles_that_json_has_no_number_for_as_text) {
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(write_json(Document::List{std::nan(""), infinity, -infinity}),
            R"(["NaN","Infinity","-Infinity"])");
}

TEST(Json, leaves_null_members_out_and_mends_bytes_that_are_not_utf8) {
  EXPECT_EQ(write_json(Document{{"a", nullptr}, {"b", "\xff"}}), "{\"b\":\"\xef\xbf\xbd\"}");
  EXPECT_EQ(write_json(Document::List{nullptr}), "[null]");
  EXPECT_EQ(write_json(Document(Blob{"\x01\x02"})), "\"AQI=\"");
}

TEST(Document, maps_compare_without_order_and_kinds_do_not_mix) {
  EXPECT_EQ((Document{{"a", 1}, {"b", 2}}), (Document{{"b", 2}, {"a", 1}}));
  EXPECT_FALSE((Document{{"a", 1}}) == (Document{{"a", 1.0}}));
  EXPECT_FALSE((Document{{"a", 1}}) == (Document{{"a", 1}, {"b", 2}}));
  EXPECT_FALSE((Document{{"a", 1}, {"c", 2}}) == (Document{{"a", 1}, {"b", 2}}));
  EXPECT_FALSE((Document::List{1, 2}) == (Document::List{2, 1}));
}

TEST(Document, members_are_found_by_name_and_kind) {
  Document document{{"s", "x"}, {"i", 3}, {"n", nullptr}, {"l", Document::List{"a", 1, "b"}}};
  document.set("i", 4).set("t", true);
  EXPECT_EQ(document.int_at("i"), 4);
  EXPECT_EQ(document.double_at("i"), 4.0);
  EXPECT_EQ(document.text_at("i"), std::nullopt);
  EXPECT_FALSE(document.has("n"));
  EXPECT_EQ(document.texts_at("l"), (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(document.list_at("none").empty());
  EXPECT_EQ(document.bool_at("t"), true);
}

TEST(Base64, round_trips_and_refuses_damage) {
  for (const char* bytes : {"", "f", "fo", "foo", "foob", "fooba", "foobar"}) {
    EXPECT_EQ(decode_base64(encode_base64(bytes)), bytes);
  }
  EXPECT_EQ(encode_base64("fooba"), "Zm9vYmE=");
  for (const char* text : {"Zg", "Zg=", "Z===", "=", "Zm9v!A==", "Zm=v", "===="}) {
    EXPECT_EQ(decode_base64(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace tidemark::codec
