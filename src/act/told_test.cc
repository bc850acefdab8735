#include "act/told.h"

#include <gtest/gtest.h>

#include "act/outbox/parcel.h"

namespace tidemark::act {
namespace {

TEST(ToldChange, is_kept_with_the_delivery) {
  Parcel parcel;
  parcel.action = "arn:aws:sns:us-east-1:000000000000:on-call";
  parcel.changed_at = Timestamp::from_s(1'385'600'400);
  parcel.old_state = "OK";
  parcel.new_state = "ALARM";
  Delivery delivery;
  delivery.body = to_json(parcel);
  const auto told = told_change(delivery);
  ASSERT_TRUE(told);
  EXPECT_EQ(told->at, parcel.changed_at);
  EXPECT_EQ(told->old_state, "OK");
  EXPECT_EQ(told->new_state, "ALARM");
}

TEST(ToldChange, is_unknown_of_what_an_earlier_version_kept_and_of_plain_messages) {
  Delivery delivery;
  delivery.body = R"({"action":"a","changed_at_ms":1000,"form":"hello"})";
  EXPECT_FALSE(told_change(delivery));
  delivery.body = "not JSON";
  EXPECT_FALSE(told_change(delivery));
}

TEST(MayTellOf, knows_alarms_of_one_name_in_two_regions_apart) {
  Parcel parcel;
  parcel.account = "000000000000";
  parcel.region = "eu-west-1";
  Delivery delivery;
  delivery.body = to_json(parcel);
  EXPECT_TRUE(may_tell_of(delivery, "000000000000", "eu-west-1"));
  EXPECT_FALSE(may_tell_of(delivery, "000000000000", "us-east-1"));
  EXPECT_FALSE(may_tell_of(delivery, "111111111111", "eu-west-1"));
  delivery.body = R"({"action":"a","changed_at_ms":1000,"form":"hello"})";
  EXPECT_TRUE(may_tell_of(delivery, "000000000000", "us-east-1"));
}

}  // namespace
}  // namespace tidemark::act
