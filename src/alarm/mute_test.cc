#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alarm/mute_commands.h"
#include "alarm/world_test.h"
#include "model/transition.h"

namespace tidemark::alarm {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

Timestamp at(std::string_view time) {
  return *parse_rfc3339("2024-01-01T" + std::string(time) + ":00Z");
}

/// A world whose alarm "a" fires above 200 and keeps its state while no data come. It is OK, told
/// so, and data time is Monday 2024-01-01, 00:05.
class Mutes : public ::testing::Test {
 protected:
  Mutes() {
    AlarmRule alarm = World::rule("a", "m");
    alarm.treat_missing_data = "ignore";
    world.put(alarm);
    report("00:00", 1);
    world.advance_to(at("00:05"));
    EXPECT_EQ(world.state("a"), "OK");
    (void)told();
  }

  static MuteRule rule(const std::string& expression, const std::string& duration) {
    MuteRule out;
    out.name = "night";
    out.account = World::kAccount;
    out.region = World::kRegion;
    out.expression = expression;
    out.duration = duration;
    out.alarm_names = {"a"};
    return out;
  }
  std::string put(const MuteRule& rule) {
    const auto done = MuteCommands(world.engine()).put(rule);
    return done ? "" : done.error().code + ": " + done.error().message;
  }
  void remove() { (void)MuteCommands(world.engine()).remove(kScope, "night"); }

  /// 500 is bad at once; 1 is good when its minute has closed.
  void report(std::string_view time, double value) {
    world.advance_to(at(time));
    world.send_now("m", value);
  }
  /// Of the newest action: whether it says that it waited for a mute to end.
  bool newest_waited() {
    return transition_from_json(world.control.outbox().back().body)->after_mute;
  }
  /// The actions since the last question: state, and when its row came.
  std::vector<std::string> told() {
    std::vector<std::string> out;
    const auto rows = world.control.outbox();
    for (; seen_ < rows.size(); ++seen_) {
      out.push_back(transition_from_json(rows[seen_].body)->new_state + " " +
                    format_rfc3339(rows[seen_].at).substr(11, 5));
    }
    return out;
  }

  const AlarmScope kScope{World::kAccount, World::kRegion};
  World world;

 private:
  std::size_t seen_ = 0;
};

TEST_F(Mutes, state_moves_and_actions_wait_for_the_end_of_the_window) {
  ASSERT_EQ(put(rule("cron(10 0 * * *)", "PT20M")), "");
  report("00:11", 500);
  EXPECT_EQ(world.view("a").muted, (Muted{"night", at("00:30")}));
  EXPECT_EQ(world.state("a"), "ALARM");
  EXPECT_THAT(told(), IsEmpty());
  world.advance_to(at("00:29"));
  EXPECT_THAT(told(), IsEmpty());
  world.advance_to(at("00:31"));
  EXPECT_THAT(told(), ElementsAre("ALARM 00:30"));
  EXPECT_EQ(world.view("a").muted, std::nullopt);
  const auto actions = world.history("a", "Action");
  ASSERT_EQ(actions.size(), 2U);
  EXPECT_EQ(actions[0].summary, "Actions of state ALARM are muted by rule \"night\"");
  EXPECT_EQ(actions[1].summary, "No longer muted: actions of state ALARM run");
  world.advance_to(at("12:00"));
  EXPECT_THAT(told(), IsEmpty()) << "once";
}

TEST_F(Mutes, actions_that_were_disabled_meanwhile_do_not_run_and_the_history_says_so) {
  ASSERT_EQ(put(rule("cron(10 0 * * *)", "PT20M")), "");
  report("00:11", 500);
  ASSERT_TRUE(world.commands().set_actions_enabled(kScope, {"a"}, false));
  world.advance_to(at("00:31"));
  EXPECT_THAT(told(), IsEmpty());
  EXPECT_EQ(world.history("a", "Action").back().summary,
            "No longer muted: actions of state ALARM do not run, the alarm's are disabled");
}

TEST_F(Mutes, what_is_over_before_the_window_ends_is_never_told) {
  ASSERT_EQ(put(rule("cron(10 0 * * *)", "PT20M")), "");
  report("00:11", 500);
  report("00:15", 1);
  world.advance_to(at("00:20"));
  EXPECT_EQ(world.state("a"), "OK");
  world.advance_to(at("12:00"));
  EXPECT_THAT(told(), IsEmpty());
}

TEST_F(Mutes, the_all_clear_of_what_was_told_before_waits_too) {
  ASSERT_EQ(put(rule("cron(10 0 * * *)", "PT20M")), "");
  report("00:06", 500);
  EXPECT_THAT(told(), ElementsAre("ALARM 00:06"));
  EXPECT_FALSE(newest_waited());
  report("00:12", 1);
  world.advance_to(at("00:29"));
  EXPECT_EQ(world.state("a"), "OK");
  EXPECT_THAT(told(), IsEmpty());
  world.advance_to(at("01:00"));
  EXPECT_THAT(told(), ElementsAre("OK 00:30"));
  EXPECT_TRUE(newest_waited());
}

TEST_F(Mutes, a_transition_at_the_windows_end_comes_after_what_was_held_back) {
  ASSERT_EQ(put(rule("cron(10 0 * * *)", "PT20M")), "");
  report("00:11", 500);
  // The clock has moved but no tick has run: the sample comes first.
  world.store_only("m", at("00:38"), 1);
  world.clock.set(at("00:40"));
  world.announce("m", at("00:38"), at("00:38"));
  world.engine().settle();
  EXPECT_EQ(world.state("a"), "OK");
  const auto rows = told();
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].substr(0, 5), "ALARM");
  EXPECT_EQ(rows[1].substr(0, 2), "OK");
}

TEST_F(Mutes, deleting_the_rule_tells_at_once_and_shortening_it_too) {
  ASSERT_EQ(put(rule("cron(10 0 * * *)", "PT5H")), "");
  report("00:11", 500);
  EXPECT_THAT(told(), IsEmpty());
  ASSERT_EQ(put(rule("cron(10 0 * * *)", "PT30M")), "");
  world.advance_to(at("00:20"));
  EXPECT_THAT(told(), IsEmpty());
  remove();
  EXPECT_THAT(told(), ElementsAre("ALARM 00:20"));
  remove();  // unknown: nothing
  EXPECT_THAT(told(), IsEmpty());
}

TEST_F(Mutes, two_rules_mute_until_the_later_end) {
  ASSERT_EQ(put(rule("cron(10 0 * * *)", "PT20M")), "");
  MuteRule second = rule("at(2024-01-01T00:20)", "PT1H");
  second.name = "deploy";
  ASSERT_EQ(put(second), "");
  report("00:11", 500);
  world.advance_to(at("00:40"));
  EXPECT_THAT(told(), IsEmpty());
  EXPECT_EQ(world.view("a").muted, (Muted{"deploy", at("01:20")}));
  world.advance_to(at("01:30"));
  EXPECT_THAT(told(), ElementsAre("ALARM 01:20"));
}

TEST_F(Mutes, a_restart_in_the_window_and_one_after_it_lose_nothing) {
  ASSERT_EQ(put(rule("cron(10 0 * * *)", "PT20M")), "");
  report("00:11", 500);
  world.stop();
  world.start();
  ASSERT_TRUE(world.started);
  EXPECT_EQ(world.view("a").muted, (Muted{"night", at("00:30")}));
  EXPECT_THAT(told(), IsEmpty());
  world.stop();
  world.clock.set(at("02:00"));
  world.start();
  EXPECT_THAT(told(), ElementsAre("ALARM 00:30"));
  world.stop();
  world.start();
  EXPECT_THAT(told(), IsEmpty());
}

TEST_F(Mutes, what_cannot_be_kept_is_told_when_it_can) {
  ASSERT_EQ(put(rule("cron(10 0 * * *)", "PT20M")), "");
  report("00:11", 500);
  world.control.set_mode(TestingControlStore::Mode::failing);
  world.advance_to(at("00:35"));
  EXPECT_THAT(told(), IsEmpty());
  world.control.set_mode(TestingControlStore::Mode::working);
  world.advance_to(at("00:36"));
  EXPECT_THAT(told(), ElementsAre("ALARM 00:30"));
}

TEST_F(Mutes, a_deleted_alarm_and_one_without_actions_tell_nothing) {
  ASSERT_EQ(put(rule("cron(10 0 * * *)", "PT20M")), "");
  report("00:11", 500);
  ASSERT_TRUE(world.commands().delete_alarms(kScope, {"a"}));
  EXPECT_TRUE(world.control.documents("muted")->empty());
  world.advance_to(at("02:00"));
  EXPECT_THAT(told(), IsEmpty());
}

TEST_F(Mutes, start_and_expiry_bound_the_windows) {
  MuteRule bounded = rule("cron(* * * * *)", "PT5M");
  bounded.start = at("00:10");
  bounded.expire = at("00:20");
  ASSERT_EQ(put(bounded), "");
  MuteCommands mutes(world.engine());
  EXPECT_EQ(mutes.find(kScope, "night")->status, MuteStatus::scheduled);
  report("00:07", 500);
  EXPECT_THAT(told(), ElementsAre("ALARM 00:07"));
  report("00:12", 1);
  world.advance_to(at("00:19"));
  EXPECT_EQ(mutes.find(kScope, "night")->status, MuteStatus::active);
  EXPECT_THAT(told(), IsEmpty());
  world.advance_to(at("00:21"));
  EXPECT_THAT(told(), ElementsAre("OK 00:20"));
  EXPECT_EQ(mutes.find(kScope, "night")->status, MuteStatus::expired);
}

TEST_F(Mutes, a_drill_in_the_window_waits_as_well) {
  ASSERT_EQ(put(rule("cron(10 0 * * *)", "PT20M")), "");
  world.advance_to(at("00:11"));
  ASSERT_TRUE(world.commands().set_alarm_state(kScope, "a", AlarmState::alarm, "drill", ""));
  EXPECT_THAT(told(), IsEmpty());
}

TEST_F(Mutes, refuses_what_it_cannot_keep_and_names_it) {
  MuteRule unknown = rule("cron(0 2 * * *)", "PT1H");
  unknown.alarm_names = {"a", "nobody"};
  EXPECT_EQ(put(unknown), "ValidationError: There is no alarm of the name nobody");
  EXPECT_THAT(put(rule("cron(0 2 * *)", "PT1H")), ::testing::HasSubstr("five fields"));
  for (const char* never : {"cron(0 2 31 2 *)", "cron(0 2 31 2,4,JUN *)", "cron(0 2 30-31 2 *)"}) {
    EXPECT_THAT(put(rule(never, "PT1H")), ::testing::HasSubstr("no month of it has such a day"));
  }
  for (const char* rare : {"cron(0 2 29 2 *)", "cron(0 2 31 2 MON)", "cron(0 2 31 2,3 *)"})
    EXPECT_EQ(put(rule(rare, "PT1H")), "") << rare;
  MuteRule turned = rule("cron(0 2 * * *)", "PT1H");
  turned.start = at("02:00");
  turned.expire = at("01:00");
  EXPECT_THAT(put(turned), ::testing::HasSubstr("StartDate must be before ExpireDate"));
  MuteRule nameless = rule("cron(0 2 * * *)", "PT1H");
  nameless.name = "";
  EXPECT_THAT(put(nameless), ::testing::HasSubstr("'name'"));
}

TEST_F(Mutes, lists_by_alarm_and_status_page_by_page) {
  for (const char* name : {"c", "a", "b"}) {
    MuteRule one = rule("cron(10 0 * * *)", "PT20M");
    one.name = name;
    if (one.name == "b") one.alarm_names.clear();
    ASSERT_EQ(put(one), "");
  }
  const MuteCommands mutes(world.engine());
  MuteFilter filter;
  filter.limit = 2;
  auto page = *mutes.list(filter);
  ASSERT_EQ(page.rules.size(), 2U);
  EXPECT_EQ(page.rules[1].rule.name, "b");
  filter.token = page.next_token;
  page = *mutes.list(filter);
  ASSERT_EQ(page.rules.size(), 1U);
  EXPECT_EQ(page.rules[0].rule.name, "c");
  EXPECT_EQ(page.next_token, "");
  filter = {};
  filter.alarm_name = "a";
  EXPECT_EQ(mutes.list(filter)->rules.size(), 2U);
  filter.statuses = {MuteStatus::active};
  EXPECT_TRUE(mutes.list(filter)->rules.empty());
  filter.token = "nonsense";
  EXPECT_EQ(mutes.list(filter).error().code, "InvalidNextToken");
}

}  // namespace
}  // namespace tidemark::alarm
