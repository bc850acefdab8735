#include "cli/rows/row_reader.h"

#include <vector>

#include <gtest/gtest.h>

namespace tidemark::cli::rows {
namespace {

struct Read {
  std::vector<Row> rows;
  std::string error;  // empty: none
};

Read read(std::string_view text, std::size_t piece = SIZE_MAX) {
  const auto in = text_input(text, piece);
  RowReader reader(*in, "data.csv");
  Read out;
  for (;;) {
    const auto row = reader.next();
    if (!row) {
      out.error = row.error().what;
      return out;
    }
    if (*row == nullptr) return out;
    out.rows.push_back(**row);
  }
}

void expect_values(const Read& got, const std::vector<std::optional<double>>& values) {
  EXPECT_EQ(got.error, "");
  ASSERT_EQ(got.rows.size(), values.size());
  for (std::size_t i = 0; i < values.size(); ++i)
    EXPECT_EQ(got.rows[i].value, values[i]) << i;
}

TEST(RowReader, finds_columns_by_name_and_leaves_others_out) {
  const Read got = read("host,value,note,timestamp\na,1.50,x,60\nb,,y,120\n");
  expect_values(got, {1.5, std::nullopt});
  EXPECT_EQ(got.rows[0].time_text, "60");
  EXPECT_EQ(got.rows[0].value_text, "1.50");
  EXPECT_EQ(got.rows[1].value_text, "");
  EXPECT_EQ(got.rows[1].at, Timestamp::from_s(120));
}

TEST(RowReader, takes_crlf_a_byte_order_mark_empty_lines_and_no_last_line_end) {
  expect_values(read("\xEF\xBB\xBFTimestamp,Value\r\n\r\n60,1\r\n\r\n120,2"), {1, 2});
}

TEST(RowReader, takes_quoted_fields_with_commas_quotes_and_line_ends) {
  expect_values(
      read("\"timestamp\",note,\"value\"\n\"60\",\"a, \"\"b\"\"\nc\",\"1\"\n120,d\"e,2\n"), {1, 2});
}

TEST(RowReader, does_not_depend_on_how_the_bytes_are_cut) {
  const std::string_view text = "\xEF\xBB\xBFtimestamp,value\r\n\"60\",\"1\"\r\n120,\"\"\r\n180,3";
  for (std::size_t piece = 1; piece < 9; ++piece)
    expect_values(read(text, piece), {1, std::nullopt, 3});
}

TEST(RowReader, header_only_is_no_row_and_no_error) {
  expect_values(read("timestamp,value\n"), {});
}

TEST(RowReader, a_number_beyond_the_doubles_is_a_missing_point_in_json_as_in_csv) {
  expect_values(read("timestamp,value\n60,1e400\n120,-1e999\n180,5"),
                {std::nullopt, std::nullopt, 5});
  expect_values(read("{\"timestamp\": 60, \"value\": 1e999}\n{\"timestamp\": 120, \"value\": "
                     "-1e400}\n{\"timestamp\": 180, \"value\": 5}"),
                {std::nullopt, std::nullopt, 5});
  EXPECT_NE(read("{\"timestamp\": 1e999, \"value\": 1}").error.find("is not a time"),
            std::string::npos);
}

TEST(RowReader, reads_json_lines) {
  const Read got = read(
      "{\"timestamp\": 60, \"value\": 1.5, \"host\": {\"a\": []}}\n\n"
      "{\"value\": null, \"timestamp\": \"1970-01-01T00:02:00Z\"}\n"
      "{\"value\": \"3\", \"timestamp\": 180.25}\n{\"value\": NaN, \"timestamp\": 240}");
  expect_values(got, {1.5, std::nullopt, 3, std::nullopt});
  EXPECT_EQ(got.rows[0].time_text, "60");
  EXPECT_EQ(got.rows[1].time_text, "1970-01-01T00:02:00Z");
  EXPECT_EQ(got.rows[2].at, Timestamp::from_ms(180'250));
}

struct Bad {
  const char* text;
  const char* says;
};

class Refused : public testing::TestWithParam<Bad> {};

INSTANTIATE_TEST_SUITE_P(
    Texts,
    Refused,
    testing::Values(
        Bad{"", "data.csv is empty"},
        Bad{"\n \n\n", "data.csv is empty"},
        Bad{"time,value\n1,2\n",
            "data.csv:1: no column is called timestamp; the header has \"time\", \"value\""},
        Bad{"timestamp;value\n1;2\n", "no column is called timestamp"},
        Bad{"\"timestamp\";\"value\"\n1;2\n",
            "Name the columns timestamp and value, separated by commas"},
        Bad{"timestamp,value,Value\n", "more than one column is called value"},
        Bad{"timestamp,value\n60,1\n120,fast\n", "data.csv:3: value: \"fast\" is not a number"},
        Bad{"timestamp,value\nlate,1\n", "data.csv:2: timestamp: \"late\" is not a time"},
        Bad{"timestamp,value\n,1\n", "data.csv:2: timestamp: \"\" is not a time"},
        Bad{"timestamp,value\n60\n", "data.csv:2: row has 1 fields, the header 2"},
        Bad{"timestamp,value\n60,1,2\n", "data.csv:2: row has 3 fields, the header 2"},
        Bad{"timestamp,value\n60,1\n\"120,2\n180,3\n",
            "a field's opening quote has no closing one"},
        Bad{"timestamp,value\n\"60\"x,1\n", "data.csv:2: text follows a closing quote"},
        Bad{"\x1F\x8B\x08", "data.csv is compressed"},
        Bad{"\xFF\xFEt", "data.csv is UTF-16"},
        Bad{"PAR1...", "data.csv is Parquet"},
        Bad{"[{\"timestamp\":1,\"value\":2}]", "one JSON object a line"},
        Bad{"{\"timestamp\":60,\"value\":1}\n{\"timestamp\":60", "data.csv:2: not a JSON object"},
        Bad{"{\"value\":60}", "data.csv:1: object has no member \"timestamp\""},
        Bad{"{\"timestamp\":60,\"value\":true}", "value must be a text or a number"},
        Bad{"{\"timestamp\":[],\"value\":1}", "timestamp must be a text or a number"},
        Bad{"{\"timestamp\":60,\"value\":1}\n7\n", "data.csv:2: not a JSON object"}));

TEST_P(Refused, names_file_line_and_fault) {
  const Read got = read(GetParam().text);
  EXPECT_NE(got.error.find(GetParam().says), std::string::npos) << got.error;
}

TEST(RowReader, bounds_lines_and_fields) {
  const std::string long_line(LineReader::kLineMaxBytes + 10, 'a');
  EXPECT_NE(read("timestamp,value\n" + long_line).error.find("data.csv:2: line is longer"),
            std::string::npos);
  EXPECT_NE(read("timestamp,value," + std::string(20'000, ',')).error.find("10000 fields"),
            std::string::npos);
  std::string open_quote = "timestamp,value\n\"";
  for (int i = 0; i < 400'000; ++i)
    open_quote += "abc\n";
  EXPECT_NE(read(open_quote).error.find("longer than 1 MiB"), std::string::npos);
}

}  // namespace
}  // namespace tidemark::cli::rows
