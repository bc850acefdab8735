#include "act/outbox.h"

#include <set>

#include <gmock/gmock.h>

#include "act/outbox/backoff.h"
#include "act/standins/work_bench.h"
#include "codec/json.h"

namespace tidemark::act {
namespace {

using namespace std::chrono_literals;
using standins::FakeHttp;
using standins::sample_transition;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class OutboxTest : public standins::Bench {
 protected:
  std::set<std::string> ids_sent(const std::string& url) {
    std::set<std::string> out;
    for (const auto& call : http.calls_of(url)) {
      out.emplace(net::find_header(call.headers, "Tidemark-Delivery-Id").value());
    }
    return out;
  }
  /// What the alarms said to that URL, in order: "NAME STATE".
  std::vector<std::string> told(const std::string& url) {
    std::vector<std::string> out;
    for (const auto& call : http.calls_of(url)) {
      const auto message = codec::read_json(call.body).value();
      const auto alarm = codec::read_json(*message.text_at("Message")).value();
      out.push_back(std::string(*alarm.text_at("AlarmName")) + " " +
                    std::string(*alarm.text_at("NewStateValue")));
    }
    return out;
  }
  Transition transition(const std::string& id, const std::string& alarm, const std::string& state) {
    Transition out = sample_transition(id, state);
    out.alarm_name = alarm;
    return out;
  }
  static bool records_a_delivery(const std::vector<ControlChange>& changes) {
    return !changes.empty() && std::holds_alternative<UpdateDelivery>(changes.front());
  }
};

TEST_F(OutboxTest, tells_every_confirmed_subscriber_once) {
  const auto arn = topic_with({{"http", kHook}, {"http", kOther}, {"email", "a@example.com"}});
  config.auto_confirm_http = false;
  topic_with({{"http", "http://pending.example/"}});
  happen(sample_transition(), arn);
  happen(sample_transition(), arn);  // the same again, as after a crash of the alarm's side
  const auto worker = make_worker();
  worker->settle();
  worker->settle();
  EXPECT_THAT(told(kHook), ElementsAre("records-read-anomaly ALARM"));
  EXPECT_THAT(told(kOther), ElementsAre("records-read-anomaly ALARM"));
  EXPECT_THAT(mail.mails(), SizeIs(1));
  EXPECT_EQ(store.count_deliveries("delivered").value(), 4) << "three, and a confirmation";
}

TEST_F(OutboxTest, writes_the_history_of_the_alarm_with_the_delivery) {
  const auto arn = topic_with({{"http", "http://sink.example/secret-path?key=1"}});
  happen(sample_transition(), arn);
  make_worker()->settle();
  const auto items = actions_in_history();
  ASSERT_THAT(items, SizeIs(1));
  EXPECT_EQ(items[0].alarm_name, "records-read-anomaly");
  EXPECT_EQ(items[0].alarm_type, "MetricAlarm");
  EXPECT_EQ(items[0].at, clock.wall());
  EXPECT_EQ(items[0].summary, "Successfully executed action " + arn);
  const auto data = codec::read_json(items[0].data).value();
  EXPECT_EQ(data.text_at("actionState"), "Succeeded");
  EXPECT_EQ(data.text_at("notificationResource"), arn);
  EXPECT_EQ(data.text_at("endpoint"), "http://sink.example");
  EXPECT_EQ(items[0].data.find("secret"), std::string::npos);
}

TEST_F(OutboxTest, waits_longer_after_each_failure_and_then_delivers_under_the_same_id) {
  const auto arn = topic_with({{"http", kHook}});
  http.script(kHook,
              {FakeHttp::status(500), fail(Errc::timeout, "no answer"), FakeHttp::status(429)});
  happen(sample_transition(), arn);
  const auto worker = make_worker();
  worker->settle();
  Delivery delivery = deliveries().at(0);
  EXPECT_EQ(delivery.state, "pending");
  EXPECT_EQ(delivery.last_error, "the endpoint answered 500");
  Duration before{0};
  for (int attempt = 1; attempt <= 3; ++attempt) {
    ASSERT_EQ(delivery.attempts, attempt);
    const Duration wait = delivery.next_try_at - clock.machine_wall();
    EXPECT_GT(wait, before);
    before = wait;
    clock.advance(wait - 1ms);
    EXPECT_EQ(worker->run_once(), 0U);
    clock.advance(1ms);
    worker->settle();
    delivery = deliveries().at(0);
  }
  EXPECT_EQ(delivery.state, "delivered");
  EXPECT_EQ(delivery.last_error, "");
  EXPECT_THAT(http.calls(), SizeIs(4));
  EXPECT_THAT(ids_sent(kHook), ElementsAre(delivery.id));
  EXPECT_EQ(http.calls().front().body, http.calls().back().body);
  EXPECT_THAT(actions_in_history(), SizeIs(1));
}

TEST(Backoff, doubles_from_five_seconds_to_ten_minutes_give_or_take_a_quarter) {
  const auto random = make_seeded_random(3);
  for (int attempts = 1; attempts < 500; ++attempts) {
    const double whole = attempts > 7 ? 600 : 5 << (attempts - 1);
    const double seconds = std::chrono::duration<double>(backoff(attempts, *random)).count();
    ASSERT_GE(seconds, whole * 0.75);
    ASSERT_LE(seconds, whole * 1.25);
  }
}

TEST_F(OutboxTest, a_sink_that_is_down_over_a_restart_gets_all_messages) {
  const auto arn = topic_with({{"http", kHook}});
  http.always(kHook, fail(Errc::io, "connection refused"));
  {
    const auto worker = make_worker();
    for (int i = 0; i < 20; ++i) {
      happen(transition("t" + std::to_string(i), "alarm" + std::to_string(i), "ALARM"), arn);
    }
    worker->settle();
    clock.advance(1h);
    worker->settle();
  }
  EXPECT_EQ(store.count_deliveries("pending").value(), 20);
  http.works_again(kHook);
  clock.advance(6h);
  const auto worker = make_worker();
  worker->settle();
  EXPECT_EQ(store.count_deliveries("delivered").value(), 20);
  EXPECT_THAT(ids_sent(kHook), SizeIs(20)) << "each under one id, however often it was tried";
  EXPECT_THAT(actions_in_history(), SizeIs(20));
}

TEST_F(OutboxTest, rows_committed_while_nobody_ran_are_carried_out_after_the_start) {
  const auto arn = topic_with({{"http", kHook}});
  for (int i = 0; i < 600; ++i) {
    happen(transition("t" + std::to_string(i), "a" + std::to_string(i), "ALARM"), arn);
  }
  make_worker()->settle();
  EXPECT_THAT(http.calls(), SizeIs(600));
}

TEST_F(OutboxTest, what_was_sent_but_not_written_down_is_sent_again_under_the_same_id) {
  const auto arn = topic_with({{"http", kHook}});
  happen(sample_transition(), arn);
  store.refuse_when(records_a_delivery);
  {
    const auto worker = make_worker();
    worker->settle();
    EXPECT_THAT(http.calls(), SizeIs(1));
    // Still alive, it knows what it sent: it tries to write it down, and does not send again.
    clock.advance(1h);
    worker->settle();
    EXPECT_THAT(http.calls(), SizeIs(1));
  }  // the crash
  EXPECT_THAT(actions_in_history(), IsEmpty());
  store.refuse_when({});
  make_worker()->settle();
  EXPECT_THAT(http.calls(), SizeIs(2));
  EXPECT_THAT(ids_sent(kHook), SizeIs(1));
  EXPECT_EQ(http.calls()[0].body, http.calls()[1].body);
  EXPECT_THAT(actions_in_history(), SizeIs(1));
}

TEST_F(OutboxTest, writes_down_later_what_the_full_disk_refused) {
  const auto arn = topic_with({{"http", kHook}});
  happen(sample_transition(), arn);
  store.refuse_when(records_a_delivery);
  const auto worker = make_worker();
  worker->settle();
  store.refuse_when({});
  worker->settle();
  EXPECT_THAT(http.calls(), SizeIs(1));
  EXPECT_EQ(deliveries().at(0).state, "delivered");
}

TEST_F(OutboxTest, a_failed_expansion_is_done_again_and_sends_nothing_before) {
  const auto arn = topic_with({{"http", kHook}});
  happen(sample_transition(), arn);
  store.refuse_when([](const std::vector<ControlChange>& changes) {
    return std::holds_alternative<ExpandOutbox>(changes.front());
  });
  const auto worker = make_worker();
  worker->settle();
  EXPECT_THAT(http.calls(), IsEmpty());
  store.refuse_when({});
  worker->settle();
  EXPECT_THAT(http.calls(), SizeIs(1));
}

TEST_F(OutboxTest, a_late_look_at_the_store_does_not_send_twice) {
  const auto arn = topic_with({{"http", kHook}});
  happen(sample_transition(), arn);
  const auto worker = make_worker();
  http.hold(kHook);
  ASSERT_GT(worker->run_once(), 0U);
  http.wait_for_calls(1);
  // The second look reads the delivery as pending; before it acts on that, the first one ends.
  store.after_read([this] {
    http.let_go();
    while (store.count_deliveries("delivered").value() == 0) {
    }
  });
  worker->run_once();
  store.after_read({});
  worker->settle();
  EXPECT_THAT(http.calls(), SizeIs(1));
}

TEST_F(OutboxTest, gives_up_after_72_hours_and_says_so) {
  const auto arn = topic_with({{"http", kHook}});
  http.always(kHook, fail(Errc::io, "connection refused"));
  happen(sample_transition(), arn);
  const auto worker = make_worker();
  worker->settle();
  while (deliveries().at(0).state == "pending") {
    ASSERT_LT(deliveries().at(0).attempts, 600);
    clock.set(deliveries().at(0).next_try_at);
    clock.advance(1min);  // beyond any rest of the sink
    worker->settle();
  }
  const Delivery dead = deliveries("dead").at(0);
  EXPECT_EQ(dead.last_error, "given up after 72 h: connection refused");
  EXPECT_GT(dead.attempts, 300);
  EXPECT_GE(dead.finished_at, dead.give_up_at);
  EXPECT_LT(dead.finished_at, dead.give_up_at + 5min);
  EXPECT_THAT(actions_in_history().at(0).summary,
              HasSubstr("Failed to execute action " + arn + ". Received error: \"given up"));
}

TEST_F(OutboxTest, counts_the_72_hours_from_the_start_also_when_it_was_off) {
  const auto arn = topic_with({{"http", kHook}});
  http.always(kHook, fail(Errc::io, "connection refused"));
  happen(sample_transition(), arn);
  make_worker()->settle();
  clock.advance(100h);
  make_worker()->settle();
  EXPECT_EQ(deliveries().at(0).state, "dead");
  EXPECT_EQ(deliveries().at(0).attempts, 2) << "tried once more before it was given up";
}

TEST_F(OutboxTest, a_slow_sink_holds_up_no_other) {
  std::vector<std::pair<std::string, std::string>> subscribers{{"http", kHook}};
  for (int i = 0; i < 30; ++i)
    subscribers.emplace_back("http", "http://s" + std::to_string(i) + ".example/");
  const auto arn = topic_with(subscribers);
  http.hold(kHook);
  happen(transition("t1", "a", "ALARM"), arn);
  happen(transition("t2", "b", "ALARM"), arn);
  const auto worker = make_worker();
  // One worker waits for the slow one; the others do the rest.
  while (store.count_deliveries("delivered").value() < 60)
    worker->run_once();
  EXPECT_THAT(told(kHook), SizeIs(1)) << "one at a time";
  http.let_go();
  worker->settle();
  EXPECT_EQ(store.count_deliveries("delivered").value(), 62);
  EXPECT_THAT(told(kHook), ElementsAre("a ALARM", "b ALARM"));
}

TEST_F(OutboxTest, ok_does_not_overtake_the_alarm_it_ends) {
  const auto arn = topic_with({{"http", kHook}});
  http.script(kHook, {FakeHttp::status(503)});
  const auto worker = make_worker();
  happen(transition("t1", "a", "ALARM"), arn);
  worker->settle();
  happen(transition("t2", "a", "OK"), arn);
  happen(transition("t3", "b", "ALARM"), arn);
  worker->settle();
  EXPECT_THAT(told(kHook), ElementsAre("a ALARM", "b ALARM")) << "another alarm need not wait";
  clock.advance(10s);
  worker->settle();
  EXPECT_THAT(told(kHook), ElementsAre("a ALARM", "b ALARM", "a ALARM", "a OK"));
}

TEST_F(OutboxTest, probes_a_sink_that_keeps_failing_instead_of_flooding_it) {
  const auto arn = topic_with({{"http", kHook}});
  http.always(kHook, fail(Errc::io, "connection refused"));
  for (int i = 0; i < 200; ++i) {
    happen(transition("t" + std::to_string(i), "a" + std::to_string(i), "ALARM"), arn);
  }
  const auto worker = make_worker();
  worker->settle();
  EXPECT_THAT(http.calls(), SizeIs(3));
  const auto start = clock.now();
  while (clock.now() - start < 10min) {
    worker->settle();
    clock.advance(1s);
  }
  EXPECT_LT(http.calls().size(), 30U);
  http.works_again(kHook);
  clock.advance(15min);
  worker->settle();
  EXPECT_EQ(store.count_deliveries("delivered").value(), 200);
}

TEST_F(OutboxTest, a_message_that_one_sink_chokes_on_does_not_hold_up_the_others_for_it) {
  const auto arn = topic_with({{"email", "a@example.com"}});
  mail.script({fail(Errc::unavailable, "451 later"), fail(Errc::denied, "550 no such user")});
  happen(transition("t1", "a", "ALARM"), arn);
  happen(transition("t2", "b", "ALARM"), arn);
  happen(transition("t3", "c", "ALARM"), arn);
  const auto worker = make_worker();
  worker->settle();
  EXPECT_EQ(store.count_deliveries("pending").value(), 1);
  EXPECT_EQ(store.count_deliveries("dead").value(), 1);
  EXPECT_EQ(store.count_deliveries("delivered").value(), 1);
  clock.advance(10s);
  worker->settle();
  EXPECT_EQ(store.count_deliveries("delivered").value(), 2);
  EXPECT_EQ(deliveries("dead").at(0).last_error, "550 no such user");
}

TEST_F(OutboxTest, shows_actions_it_does_not_know_as_dead_letters) {
  const std::pair<const char*, const char*> cases[] = {
      {"arn:aws:automate:us-east-1:ec2:stop", "action type \"automate\" is not supported here"},
      {"arn:aws:autoscaling:us-east-1:0:scalingPolicy:x",
       "action type \"autoscaling\" is not supported here"},
      {"arn:aws:lambda:us-east-1:0:function:f", "action type \"lambda\" is not supported here"},
      {"arn:aws:ssm:us-east-1:0:opsitem:1", "action type \"ssm\" is not supported here"},
      {"nonsense", "\"nonsense\" is no action that is known here"},
      {"arn:aws:sns:us-east-1:000000000000:gone", "the topic does not exist"}};
  const auto worker = make_worker();
  for (const auto& [action, reason] : cases) {
    happen(sample_transition(), action);
    worker->settle();
    const Delivery dead = deliveries("dead").at(0);
    EXPECT_EQ(dead.last_error, reason);
    EXPECT_EQ(dead.alarm_name, "records-read-anomaly");
    EXPECT_EQ(
        actions_in_history().at(0).summary,
        std::string("Failed to execute action ") + action + ". Received error: \"" + reason + "\"");
  }
}

TEST_F(OutboxTest, an_unreadable_row_becomes_a_dead_letter_and_stops_nothing) {
  const auto arn = topic_with({{"http", kHook}});
  for (const char* kind : {"transition", "publish"}) {
    OutboxRow row;
    row.transition_id = kind;
    row.action = arn;
    row.body = "{\"torn";
    row.kind = kind;
    ASSERT_TRUE(store.commit_and_wait({row}).has_value());
  }
  happen(sample_transition(), arn);
  make_worker()->settle();
  EXPECT_EQ(store.count_deliveries("dead").value(), 2);
  EXPECT_THAT(http.calls(), SizeIs(1));
}

TEST_F(OutboxTest, a_topic_without_subscribers_makes_no_delivery_but_a_history_line) {
  const auto arn = topic_with({});
  happen(sample_transition(), arn);
  make_worker()->settle();
  EXPECT_THAT(deliveries(), IsEmpty());
  EXPECT_EQ(actions_in_history().at(0).summary, "Successfully executed action " + arn);
  EXPECT_EQ(codec::read_json(actions_in_history().at(0).data)->int_at("confirmedSubscriptions"), 0);
}

TEST_F(OutboxTest, stops_trying_when_the_subscription_is_removed) {
  const auto arn = topic_with({{"email", "a@example.com"}});
  mail.script({fail(Errc::unavailable, "451 later")});
  happen(sample_transition(), arn);
  const auto worker = make_worker();
  worker->settle();
  Topics topics = make_topics();
  ASSERT_TRUE(topics.unsubscribe(topics.subscriptions(arn).value().at(0).arn).has_value());
  clock.advance(1min);
  worker->settle();
  EXPECT_THAT(mail.mails(), SizeIs(1));
  EXPECT_EQ(deliveries("dead").at(0).last_error, "the subscription was removed");
}

TEST_F(OutboxTest, goes_on_after_everything_was_cleared_under_its_feet) {
  auto arn = topic_with({{"http", kHook}});
  happen(sample_transition(), arn);
  const auto worker = make_worker();
  http.hold(kHook);
  worker->run_once();
  http.wait_for_calls(1);
  ASSERT_TRUE(store.clear().has_value());
  http.let_go();
  worker->settle();
  arn = topic_with({{"http", kHook}});
  happen(sample_transition(), arn);
  worker->settle();
  EXPECT_THAT(http.calls(), SizeIs(2));
}

TEST_F(OutboxTest, works_by_itself_once_started_and_is_woken_by_a_nudge) {
  const auto arn = topic_with({{"http", kHook}});
  const auto worker = make_worker();
  worker->start(1h);
  happen(sample_transition(), arn);
  worker->nudge();
  http.wait_for_calls(1);
  worker->stop();
  EXPECT_EQ(deliveries().at(0).state, "delivered");
  happen(sample_transition("t-2"), arn);
  EXPECT_EQ(worker->run_once(), 0U) << "stopped is stopped";
}

TEST_F(OutboxTest, counts_its_attempts) {
  const auto arn = topic_with({{"http", kHook}});
  http.script(kHook, {FakeHttp::status(500)});
  happen(sample_transition(), arn);
  const auto worker = make_worker();
  worker->settle();
  clock.advance(10s);
  worker->settle();
  EXPECT_THAT(meter.text(),
              HasSubstr("tidemark_delivery_attempts_total{protocol=\"http\",outcome=\"retry\"} 1"));
  EXPECT_THAT(
      meter.text(),
      HasSubstr("tidemark_delivery_attempts_total{protocol=\"http\",outcome=\"delivered\"} 1"));
}

}  // namespace
}  // namespace tidemark::act
