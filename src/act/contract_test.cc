// What every registered action promises.
#include <set>

#include <gmock/gmock.h>

#include "act/action.h"
#include "act/standins/work_bench.h"
#include "codec/utf8.h"

namespace tidemark::act {
namespace {

using standins::sample_transition;

class ActionContract : public standins::Bench {
 protected:
  std::vector<std::unique_ptr<Action>> actions = make_actions({.clock = clock,
                                                               .http = http,
                                                               .mail = mail_client,
                                                               .signer = standins::test_signer(),
                                                               .config = config,
                                                               .runbooks = runbooks});
  static Delivery delivery_by(const std::string& protocol) {
    Delivery out;
    out.id = "2b1f3c50-7c1e-4d0e-9a55-0d6c54f1a001";
    out.subscription = "arn:aws:sns:us-east-1:000000000000:ops:1";
    out.protocol = protocol;
    out.endpoint = protocol == "email"     ? "a@example.com"
                   : protocol == "runbook" ? "echo"
                                           : protocol + "://sink.example/hook";
    out.state = "pending";
    return out;
  }
  Notice notice_for(const Delivery& delivery, const Transition& transition) {
    subscription.arn = delivery.subscription;
    subscription.topic_arn = topic.arn;
    subscription.protocol = delivery.protocol;
    subscription.endpoint = delivery.endpoint;
    Notice out;
    out.delivery_id = out.message_id = delivery.id;
    out.transition = &transition;
    out.topic = &topic;
    out.subscription = &subscription;
    out.at = clock.machine_wall();
    return out;
  }

  Topic topic{.arn = "arn:aws:sns:us-east-1:000000000000:ops",
              .name = "ops",
              .owner = "",
              .attributes = {},
              .tags = {},
              .created_at = {}};
  Subscription subscription;
};

TEST_F(ActionContract, each_protocol_has_one_action) {
  std::set<std::string> seen;
  for (const auto& action : actions) {
    EXPECT_FALSE(action->protocols().empty());
    for (const auto& protocol : action->protocols())
      EXPECT_TRUE(seen.insert(protocol).second) << protocol;
  }
  EXPECT_EQ(seen, (std::set<std::string>{"email", "http", "https", "runbook"}));
}

TEST_F(ActionContract, the_form_is_utf8_text_and_the_same_for_the_same_notice) {
  Transition hostile = sample_transition();
  hostile.alarm_name = std::string("\xFF\0<&\n\"", 6);
  hostile.reason = std::string(100'000, '\xC3');
  for (const auto& action : actions) {
    for (const auto& protocol : action->protocols()) {
      const Delivery delivery = delivery_by(protocol);
      const std::string form = action->compose(notice_for(delivery, hostile));
      EXPECT_TRUE(codec::is_utf8(form)) << protocol;
      EXPECT_EQ(form, action->compose(notice_for(delivery, hostile))) << protocol;
    }
  }
}

TEST_F(ActionContract, can_send_what_it_composed_any_number_of_times) {
  define_runbook("echo", {.argv = {"/bin/cat"}, .timeout = std::chrono::seconds(20), .tries = 1});
  const Transition transition = sample_transition();
  for (const auto& action : actions) {
    for (const auto& protocol : action->protocols()) {
      const Delivery delivery = delivery_by(protocol);
      const std::string form = action->compose(notice_for(delivery, transition));
      for (int i = 0; i < 2; ++i) {
        const Attempt attempt = action->send(delivery, form);
        EXPECT_EQ(attempt.verdict, Attempt::Verdict::taken) << protocol << ": " << attempt.reason;
        EXPECT_LE(attempt.output.size(), std::size_t{64} * 1024);
      }
    }
  }
}

TEST_F(ActionContract, a_form_that_is_damaged_harms_nobody) {
  define_runbook("echo", {.argv = {"/bin/cat"}, .timeout = std::chrono::seconds(20), .tries = 1});
  for (const auto& action : actions) {
    for (const auto& protocol : action->protocols()) {
      for (const std::string& form :
           {std::string(), std::string("{"), std::string("[1]"), std::string(1, '\0')}) {
        const Attempt attempt = action->send(delivery_by(protocol), form);
        const bool fine = attempt.verdict == Attempt::Verdict::taken;
        EXPECT_TRUE(fine || !attempt.reason.empty()) << protocol;
      }
    }
  }
}

TEST_F(ActionContract, says_why_without_naming_what_is_secret) {
  const Transition transition = sample_transition();
  http.always("http://sink.example/hook", standins::FakeHttp::status(404));
  http.always("https://sink.example/hook", standins::FakeHttp::status(404));
  mail.script({fail(Errc::denied, "550 no")});
  for (const auto& action : actions) {
    for (const auto& protocol : action->protocols()) {
      const Delivery delivery = delivery_by(protocol);
      const Attempt attempt =
          action->send(delivery, action->compose(notice_for(delivery, transition)));
      EXPECT_EQ(attempt.verdict, Attempt::Verdict::never) << protocol;
      EXPECT_FALSE(attempt.reason.empty()) << protocol;
      EXPECT_EQ(attempt.reason.find("/hook"), std::string::npos) << protocol;
    }
  }
}

}  // namespace
}  // namespace tidemark::act
