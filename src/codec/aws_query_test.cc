// The awsQuery form: what hostile or merely odd field names do.

#include <gtest/gtest.h>

#include "codec/aws/query_reader.h"

namespace tidemark::codec::aws {
namespace {

Result<Document> read(const char* service, const char* operation, std::string_view form) {
  TM_TRY(auto fields, read_form(form));
  return read_query(*find_operation(service, operation)->input, std::move(fields));
}

Result<Document> alarm(std::string_view form) {
  return read("cloudwatch", "PutMetricAlarm", form);
}

TEST(AwsQuery, lists_come_in_the_order_of_their_numbers_whatever_the_order_of_fields) {
  const Document expected{{"AlarmActions", Document::List{"a", "b", "c"}}};
  EXPECT_EQ(*alarm("AlarmActions.member.1=a&AlarmActions.member.2=b&AlarmActions.member.3=c"),
            expected);
  EXPECT_EQ(*alarm("AlarmActions.member.3=c&AlarmActions.member.1=a&AlarmActions.member.2=b"),
            expected);
  EXPECT_EQ(*alarm("AlarmActions.member.900000=c&AlarmActions.member.10=b&AlarmActions.member.9=a"),
            expected);
}

TEST(AwsQuery, fields_of_one_item_may_stand_apart) {
  const auto read = alarm(
      "Tags.member.2.Value=v2&Tags.member.1.Key=k1&AlarmName=n&Tags.member.2.Key=k2&Tags.member.1."
      "Value=v1");
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(*read,
            (Document{{"AlarmName", "n"},
                      {"Tags",
                       Document::List{Document{{"Key", "k1"}, {"Value", "v1"}},
                                      Document{{"Key", "k2"}, {"Value", "v2"}}}}}));
}

TEST(AwsQuery, names_that_only_begin_alike_are_different_members) {
  const auto read = alarm("Period=60&Period-x=1&Periods=2&Period.=3");
  EXPECT_FALSE(read.has_value());  // "Period." is a member below a number
  EXPECT_EQ(*alarm("Period=60&Period-x=1&Periods=2&EvaluationPeriods=3"),
            (Document{{"Period", 60}, {"EvaluationPeriods", 3}}));
}

TEST(AwsQuery, an_empty_list_is_sent_as_an_empty_value) {
  EXPECT_EQ(*alarm("OKActions="), (Document{{"OKActions", Document::list()}}));
  EXPECT_FALSE(alarm("OKActions=x").has_value());
}

TEST(AwsQuery, empty_text_is_a_value) {
  EXPECT_EQ(*alarm("AlarmName=&Unit"), (Document{{"AlarmName", ""}, {"Unit", ""}}));
  EXPECT_FALSE(alarm("Period=").has_value());
}

TEST(AwsQuery, maps_are_entries_named_as_the_shape_says) {
  EXPECT_EQ(
      *read("sns",
            "CreateTopic",
            "Name=t&Attributes.entry.2.value=b&Attributes.entry.2.key=B&Attributes.entry.1.key=A&"
            "Attributes.entry.1.value=a"),
      (Document{{"Name", "t"}, {"Attributes", Document{{"A", "a"}, {"B", "b"}}}}));
  const auto publish =
      read("sns",
           "Publish",
           "Message=m&MessageAttributes.entry.1.Name=n&MessageAttributes.entry.1.Value.DataType="
           "Binary&MessageAttributes.entry.1.Value.BinaryValue=AQI%3D");
  ASSERT_TRUE(publish.has_value());
  EXPECT_EQ(publish->find("MessageAttributes")->find("n")->find("BinaryValue")->as_blob(),
            "\x01\x02");
}

TEST(AwsQuery, refuses_names_that_cannot_be_meant) {
  for (const char* form : {"AlarmActions.member.0=a",
                           "AlarmActions.member.01=a",
                           "AlarmActions.member.-1=a",
                           "AlarmActions.member.=a",
                           "AlarmActions.member=a",
                           "AlarmActions.1=a",
                           "AlarmActions.member.x=a",
                           "AlarmActions.member.99999999999999999999=a",
                           "AlarmActions.member.10000001=a",
                           "AlarmActions.member.1.x=a",
                           "AlarmName.x=a",
                           "AlarmName=a&AlarmName.x=b",
                           "AlarmName=a&AlarmName=b",
                           "Tags.member.1=x",
                           "AlarmActions..member.1=a",
                           "AlarmName=%ff",
                           "AlarmName=%4",
                           "AlarmName=%"}) {
    const auto read = alarm(form);
    ASSERT_FALSE(read.has_value()) << form;
    EXPECT_EQ(read.error().code, Errc::invalid) << form;
  }
  for (const char* form : {"Name=t&Attributes.entry.1.key=A",
                           "Name=t&Attributes.entry.1.value=A",
                           "Name=t&Attributes.entry.1=A",
                           "Name=t&Attributes.entry.1.key=A&Attributes.entry.1.value=a&Attributes."
                           "entry.2.key=A&Attributes."
                           "entry.2.value=b"}) {
    EXPECT_FALSE(read("sns", "CreateTopic", form).has_value()) << form;
  }
}

TEST(AwsQuery, unknown_names_are_ignored_however_odd) {
  EXPECT_EQ(*alarm("AlarmName=a&X.member.0=1&.=2&=3&&AWSAccessKeyId=k&.a.b.c=4"),
            (Document{{"AlarmName", "a"}}));
}

TEST(AwsQuery, refuses_more_fields_than_any_call_has) {
  std::string form;
  for (std::size_t i = 0; i <= kMaxFormFields; ++i)
    form += "a&";
  const auto fields = read_form(form);
  ASSERT_FALSE(fields.has_value());
  EXPECT_EQ(fields.error().code, Errc::limit);
}

// Numbers in hostile order, and one map with very many keys: neither may cost quadratic time.
TEST(AwsQuery, a_hundred_thousand_items_in_reverse_order_are_read) {
  std::string form;
  for (int i = 100'000; i > 0; --i)
    form += "AlarmActions.member." + std::to_string(i) + "=a&";
  EXPECT_EQ(alarm(form)->list_at("AlarmActions").size(), 100'000U);
  form.clear();
  for (int i = 100'000; i > 0; --i) {
    const std::string entry = "Attributes.entry." + std::to_string(i);
    form += entry + ".key=k" + std::to_string(i) + "&" + entry + ".value=v&";
  }
  EXPECT_EQ(read("sns", "CreateTopic", form)->find("Attributes")->size(), 100'000U);
}

}  // namespace
}  // namespace tidemark::codec::aws
