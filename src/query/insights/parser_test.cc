#include "query/insights/parser.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include "query/metric_math.h"

namespace tidemark::query::insights {
namespace {

constexpr std::array<std::string_view, 5> kFunctions = {"AVG", "COUNT", "MAX", "MIN", "SUM"};

std::string text_of(Function function) {
  return std::string(kFunctions.at(static_cast<std::size_t>(function)));
}

std::string text_of(const LabelKey& key) {
  return (key.is_account ? "@" : "") + key.name;
}

/// All that was read, in one line; of an error its text.
std::string outcome(std::string_view query) {
  const auto read = parse_select(query);
  if (!read) return read.error().what;
  std::string out =
      fmt::format("{} {} of {}", text_of(read->function), read->metric, read->metric_namespace);
  if (read->schema) out += fmt::format(" schema[{}]", fmt::join(*read->schema, "|"));
  for (const Condition& each : read->where)
    out += fmt::format(" {}{}{}", text_of(each.key), each.equal ? "=" : "!=", each.value);
  for (const LabelKey& key : read->group_by)
    out += " by " + text_of(key);
  if (read->order) {
    out += fmt::format(" {} {}", text_of(read->order->by), read->order->descending ? "down" : "up");
  }
  if (read->limit) out += fmt::format(" first {}", *read->limit);
  return out;
}

using Rows = std::vector<std::pair<std::string, std::string>>;

void expect_rows(const Rows& rows) {
  for (const auto& [query, expected] : rows)
    EXPECT_EQ(outcome(query), expected) << query;
}

TEST(Select, reads_every_clause) {
  expect_rows({
      {"SELECT AVG(CPUUtilization) FROM \"AWS/EC2\"", "AVG CPUUtilization of AWS/EC2"},
      {"SELECT COUNT(m) FROM n", "COUNT m of n"},
      {"SELECT MAX(m) FROM n", "MAX m of n"},
      {"SELECT MIN(m) FROM n", "MIN m of n"},
      {"SELECT SUM(m) FROM SCHEMA(n)", "SUM m of n schema[]"},
      {"SELECT SUM(m) FROM SCHEMA(\"n\", b, \"a c\", b)", "SUM m of n schema[a c|b]"},
      {"SELECT SUM(m) FROM n WHERE a = 'x' AND b != 'y z'", "SUM m of n a=x b!=y z"},
      {"SELECT SUM(m) FROM n WHERE a = ''", "SUM m of n a="},
      {"SELECT SUM(m) FROM n GROUP BY a, \"b c\"", "SUM m of n by a by b c"},
      {"SELECT SUM(m) FROM n ORDER BY MAX()", "SUM m of n MAX up"},
      {"SELECT SUM(m) FROM n ORDER BY MAX() ASC LIMIT 1", "SUM m of n MAX up first 1"},
      {"SELECT SUM(m) FROM n LIMIT 500", "SUM m of n first 500"},
      {"SELECT SUM(m) FROM n WHERE AWS.AccountId = '1' GROUP BY AWS.AccountId",
       "SUM m of n @AWS.AccountId=1 by @AWS.AccountId"},
      {"SELECT SUM(m) FROM n WHERE \"AWS.AccountId\" = '1'", "SUM m of n AWS.AccountId=1"},
      // The user guide's full example.
      {"SELECT SUM(RequestCount)\nFROM SCHEMA(\"AWS/ApplicationELB\", LoadBalancer, "
       "AvailabilityZone)\nWHERE LoadBalancer = 'app/load-balancer-1'\nGROUP BY "
       "AvailabilityZone\nORDER BY MAX() DESC\nLIMIT 5\n",
       "SUM RequestCount of AWS/ApplicationELB schema[AvailabilityZone|LoadBalancer] "
       "LoadBalancer=app/load-balancer-1 by AvailabilityZone MAX down first 5"},
  });
}

TEST(Select, takes_keywords_in_any_case_and_names_as_they_are) {
  expect_rows({
      {"select sum(Count) from Schema(Max, Type) where Type!='a'and Path='b'group\tby "
       "Type,Path order by avg()desc limit 07",
       "SUM Count of Max schema[Type] Type!=a Path=b by Type by Path AVG down first 7"},
      {"SELECT MAX(5xxErrors) FROM _n", "MAX 5xxErrors of _n"},
      // Words that the guide reserves, and AWS takes: those of moto's test against AWS, say.
      {"SELECT AVG(Value) FROM n WHERE Path = '/my/path' GROUP BY Operation",
       "AVG Value of n Path=/my/path by Operation"},
  });
}

TEST(Select, takes_quotation_marks_behind_a_backslash) {
  expect_rows({
      {R"(SELECT AVG("Bytes\"Input\"") FROM "a\\b")", R"(AVG Bytes"Input" of a\b)"},
      {R"(SELECT AVG("it's") FROM n WHERE d = 'it\'s "so"')", R"(AVG it's of n d=it's "so")"},
      {R"(SELECT AVG(m) FROM n WHERE d = 'C:\temp')", R"(AVG m of n d=C:\temp)"},
      {"SELECT AVG(\"Größe\") FROM n WHERE d = '日本'", "AVG Größe of n d=日本"},
      {"SELECT AVG(\"LIMIT\") FROM \"SCHEMA\" GROUP BY \"BY\"", "AVG LIMIT of SCHEMA by BY"},
  });
}

TEST(Select, says_where_it_is_wrong) {
  const std::string name_wanted = " must stand in double quotes to be a name";
  const std::string odd =
      ": a name that has others than letters, digits and underscores stands in double quotes";
  expect_rows({
      {"SELECT", "expected AVG, COUNT, MAX, MIN or SUM, but the query ends at position 7"},
      {"SELECT p99(m) FROM n",
       "expected AVG, COUNT, MAX, MIN or SUM, but there is 'p99' at position 8"},
      {"SELECT AVG m FROM n", "expected '(', but there is 'm' at position 12"},
      {"SELECT AVG() FROM n", "expected a metric's name, but there is ')' at position 12"},
      {"SELECT AVG(\"\") FROM n", "expected a metric's name, but there is '' at position 12"},
      {"SELECT AVG('m') FROM n", "expected a metric's name, but there is 'm' at position 12"},
      {"SELECT AVG(m, k) FROM n", "expected ')', but there is ',' at position 13"},
      {"SELECT AVG(m)", "expected FROM, but the query ends at position 14"},
      {"SELECT AVG(m) FROM", "expected a namespace or SCHEMA, but the query ends at position 19"},
      {"SELECT AVG(LIMIT) FROM n", "'LIMIT' at position 12" + name_wanted},
      {"SELECT AVG(My.Metric) FROM n", "'My.Metric' at position 12" + name_wanted},
      {"SELECT AVG(m) FROM where", "'where' at position 20" + name_wanted},
      {"SELECT AVG(m) FROM AWS/EC2", "unexpected character at position 23" + odd},
      {"SELECT AVG(m) FROM n WHERE d = -1", "unexpected character at position 32" + odd},
      {"SELECT AVG(m) FROM n;", "unexpected character at position 21" + odd},
      {"SELECT AVG(m) FROM SCHEMA n", "expected '(', but there is 'n' at position 27"},
      {"SELECT AVG(m) FROM SCHEMA()", "expected a namespace, but there is ')' at position 27"},
      {"SELECT AVG(m) FROM SCHEMA(n,)",
       "expected a dimension's name, but there is ')' at position 29"},
      {"SELECT AVG(m) FROM SCHEMA(n d)", "expected ')', but there is 'd' at position 29"},
      {"SELECT AVG(m) FROM n WHERE",
       "expected a dimension's name, but the query ends at position 27"},
      {"SELECT AVG(m) FROM n WHERE d", "expected = or !=, but the query ends at position 29"},
      {"SELECT AVG(m) FROM n WHERE d LIKE 'x'",
       "expected = or !=, but there is 'LIKE' at position 30"},
      {"SELECT AVG(m) FROM n WHERE d = x",
       "expected a value in single quotes, but there is 'x' at position 32"},
      {"SELECT AVG(m) FROM n WHERE d = \"x\"",
       "expected a value in single quotes, but there is 'x' at position 32"},
      {"SELECT AVG(m) FROM n WHERE d = 'x' OR e = 'y'",
       "expected the end or a further clause, but there is 'OR' at position 36"},
      {"SELECT AVG(m) FROM n WHERE tag.Team = 'x'", "'tag.Team' at position 28" + name_wanted},
      {"SELECT AVG(m) FROM n WHERE d ! 'x'", "unexpected character at position 30" + odd},
      {"SELECT AVG(m) FROM n GROUP d", "expected BY, but there is 'd' at position 28"},
      {"SELECT AVG(m) FROM n GROUP BY d,",
       "expected a dimension's name, but the query ends at position 33"},
      {"SELECT AVG(m) FROM n ORDER BY d",
       "expected AVG, COUNT, MAX, MIN or SUM, but there is 'd' at position 31"},
      {"SELECT AVG(m) FROM n ORDER BY AVG(m)", "expected ')', but there is 'm' at position 35"},
      {"SELECT AVG(m) FROM n ORDER BY AVG", "expected '(', but the query ends at position 34"},
      {"SELECT AVG(m) FROM n LIMIT 5 GROUP BY d",
       "expected the end or a further clause, but there is 'GROUP' at position 30"},
      {"SELECT AVG(m) FROM n LIMIT 0",
       "expected a number from 1 to 500, but there is '0' at position 28"},
      {"SELECT AVG(m) FROM n LIMIT 501",
       "expected a number from 1 to 500, but there is '501' at position 28"},
      {"SELECT AVG(m) FROM n LIMIT 99999999999999999999",
       "expected a number from 1 to 500, but there is '99999999999999999999' at position 28"},
      {"SELECT AVG(m) FROM n LIMIT 5x",
       "expected a number from 1 to 500, but there is '5x' at position 28"},
      {"SELECT AVG(m) FROM n LIMIT '5'",
       "expected a number from 1 to 500, but there is '5' at position 28"},
      {"SELECT AVG(m) FROM n LIMIT",
       "expected a number from 1 to 500, but the query ends at position 27"},
      {"SELECT AVG(\"m) FROM n", "the double quotation mark at position 12 has no other"},
      {"SELECT AVG(m) FROM n WHERE d = 'x",
       "the single quotation mark at position 32 has no other"},
      {R"(SELECT AVG(m) FROM n WHERE d = 'x\')",
       "the single quotation mark at position 32 has no other"},
      {"", "expected SELECT, but the query ends at position 1"},
  });
}

TEST(Select, holds_its_length) {
  const std::string query = "SELECT AVG(m) FROM n";
  const std::string most = query + std::string(kExpressionMaxBytes - query.size(), ' ');
  EXPECT_EQ(outcome(most), "AVG m of n");
  EXPECT_EQ(parse_select(most + " ").error().code, Errc::limit);
}

TEST(Select, is_told_from_metric_math) {
  for (const char* query : {"SELECT AVG(m) FROM n",
                            "  select\n\"x",
                            "Select",
                            "SELECT  ",
                            "SELECT (",
                            "SELECT AND",
                            "select p99(x)",
                            "select ANDROID"}) {
    EXPECT_TRUE(is_select(query)) << query;
  }
  for (const char* math : {"",
                           "m1 + m2",
                           "select",
                           "select + 1",
                           "select * m1",
                           "select AND m2",
                           "select OR m2",
                           "select OR(m2)",
                           "selected AVG",
                           "SELECT(m1)",
                           "SELECTED m1"}) {
    EXPECT_FALSE(is_select(math)) << math;
  }
}

}  // namespace
}  // namespace tidemark::query::insights
