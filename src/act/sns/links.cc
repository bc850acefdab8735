#include "act/sns/links.h"

#include <fmt/format.h>

#include "net/http.h"

namespace tidemark::act::sns {

// A colon may stand in a query as it is (RFC 3986, section 3.4), and does in SNS's own links.

std::string confirm_url(const ActConfig& config,
                        const std::string& topic_arn,
                        const std::string& token) {
  return fmt::format("{}/?Action=ConfirmSubscription&TopicArn={}&Token={}",
                     config.public_url,
                     net::percent_encode(topic_arn, ":"),
                     net::percent_encode(token));
}

std::string unsubscribe_url(const ActConfig& config, const std::string& subscription_arn) {
  return fmt::format("{}/?Action=Unsubscribe&SubscriptionArn={}",
                     config.public_url,
                     net::percent_encode(subscription_arn, ":"));
}

std::string certificate_url(const ActConfig& config) {
  return config.public_url + "/sns/cert.pem";
}

}  // namespace tidemark::act::sns
