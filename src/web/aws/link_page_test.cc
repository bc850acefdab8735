#include "web/aws/link_page.h"

#include <gmock/gmock.h>

namespace tidemark::web::aws {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

net::HttpRequest get() {
  net::HttpRequest out;
  out.method = "GET";
  out.path = "/";
  return out;
}

AwsCall call_of(const std::string& operation, const std::string& member, const std::string& arn) {
  AwsCall out;
  out.service = "sns";
  out.operation = operation;
  out.protocol = codec::AwsProtocol::query;
  out.input = Document{{member, arn}};
  return out;
}

const AwsCall kConfirm =
    call_of("ConfirmSubscription", "TopicArn", "arn:aws:sns:eu-west-1:000000000000:ops");
const AwsCall kUnsubscribe =
    call_of("Unsubscribe", "SubscriptionArn", "arn:aws:sns:eu-west-1:000000000000:ops:6a1c");

std::string page(const AwsCall& call, const Answer& answer, int status) {
  const net::HttpResponse out = link_page(call, answer, status);
  EXPECT_EQ(out.status, status);
  EXPECT_EQ(out.headers.at(0).value, "text/html; charset=utf-8");
  return out.body;
}

TEST(LinkPage, only_unsigned_gets_of_its_two_operations_are_links) {
  const net::HttpRequest plain = get();
  EXPECT_TRUE(may_be_link(plain, AwsCall{}));
  net::HttpRequest other = plain;
  other.method = "POST";
  EXPECT_FALSE(may_be_link(other, AwsCall{}));
  other = plain;
  other.body = "Action=DeleteTopic";
  EXPECT_FALSE(may_be_link(other, AwsCall{}));
  other = plain;
  other.headers.push_back({"Authorization", "garbage"});
  EXPECT_FALSE(may_be_link(other, AwsCall{}));
  AwsCall claims_a_key;
  claims_a_key.access_key = "AKID";
  EXPECT_FALSE(may_be_link(plain, claims_a_key)) << "as X-Amz-Credential in the address does";

  EXPECT_TRUE(is_link_operation(kConfirm));
  EXPECT_TRUE(is_link_operation(kUnsubscribe));
  EXPECT_FALSE(is_link_operation(call_of("DeleteTopic", "TopicArn", "arn")));
  AwsCall elsewhere = kUnsubscribe;
  elsewhere.service = "cloudwatch";
  EXPECT_FALSE(is_link_operation(elsewhere));
}

TEST(LinkPage, says_what_became_of_a_confirmation) {
  EXPECT_THAT(page(kConfirm, Document(), 200), HasSubstr("messages of the topic ops."));
  const auto old =
      page(kConfirm, refuse("InvalidParameterException", "Invalid parameter: Token"), 400);
  EXPECT_THAT(old, HasSubstr("works for three days"));
  EXPECT_THAT(page(kConfirm, refuse("NotFoundException", "Topic does not exist"), 404),
              HasSubstr("The topic ops is not there any more."));
  EXPECT_THAT(page(kConfirm, refuse("ServiceUnavailable", "too many calls are waiting"), 503),
              HasSubstr("too many calls are waiting"));
}

TEST(LinkPage, says_who_may_end_a_subscription_that_a_link_does_not) {
  EXPECT_THAT(page(kUnsubscribe, Document(), 200), HasSubstr("no more messages of the topic ops"));
  const auto refused = page(kUnsubscribe, refuse("AuthorizationErrorException", "no"), 403);
  EXPECT_THAT(refused, HasSubstr("Only the owner of the topic ops may end this subscription"));
  EXPECT_THAT(refused,
              HasSubstr("aws sns unsubscribe --region eu-west-1 --subscription-arn "
                        "arn:aws:sns:eu-west-1:000000000000:ops:6a1c"));
}

TEST(LinkPage, what_stands_in_the_address_is_text_only) {
  const AwsCall evil =
      call_of("Unsubscribe", "SubscriptionArn", "arn:aws:sns:us-east-1:0:<script>x</script>:1");
  for (const Answer& answer :
       {Answer(Document()), Answer(refuse("AuthorizationErrorException", "no"))}) {
    EXPECT_THAT(page(evil, answer, answer ? 200 : 403), Not(HasSubstr("<script>")));
  }
}

}  // namespace
}  // namespace tidemark::web::aws
