#include "alarm/commands.h"

#include <algorithm>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alarm/world_test.h"
#include "model/limits.h"
#include "model/transition.h"

namespace tidemark::alarm {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const AlarmScope kScope{World::kAccount, World::kRegion};

std::vector<std::string> names(const AlarmPage& page) {
  std::vector<std::string> out;
  for (const AlarmView& view : page.alarms)
    out.push_back(view.rule.name);
  return out;
}

std::vector<std::string> described(World& world, const AlarmFilter& filter) {
  const auto page = world.commands().describe(filter);
  EXPECT_TRUE(page);
  return page ? names(*page) : std::vector<std::string>{};
}

TEST(AlarmCommands, an_update_replaces_everything_but_state_and_tags) {
  World world;
  AlarmRule rule = World::rule("a", "depth");
  rule.description = "first";
  rule.tags = {{"team", "data"}, {"env", "test"}};
  world.put(rule);
  world.send_now("depth", 500);
  const Timestamp since = world.view("a").transitioned_at;
  world.clock.advance(seconds(1));
  rule.description.reset();
  rule.alarm_actions.clear();
  rule.threshold = 300;
  rule.tags = {{"team", "other"}};
  world.put(rule);
  const AlarmView view = world.view("a");
  EXPECT_EQ(view.state, AlarmState::alarm);
  EXPECT_EQ(view.transitioned_at, since);
  EXPECT_EQ(view.rule.description, std::nullopt);
  EXPECT_EQ(view.rule.threshold, 300);
  EXPECT_THAT(view.rule.alarm_actions, IsEmpty());
  EXPECT_EQ(view.rule.configuration_updated_at, world.clock.wall());
  EXPECT_THAT(world.commands().tags(view.arn),
              ElementsAre(Tag{"env", "test"}, Tag{"team", "data"}));
  const auto items = world.history("a", "ConfigurationUpdate");
  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(items[0].summary, "Alarm \"a\" created");
  EXPECT_THAT(items[0].data, HasSubstr(R"("type":"Create","createdAlarm":{"alarmName":"a")"));
  EXPECT_EQ(items[1].summary, "Alarm \"a\" updated");
}

TEST(AlarmCommands, a_replacement_is_refused_once_the_rule_is_another) {
  World world;
  world.put(World::rule("a", "depth"));
  const AlarmRule seen = world.view("a").rule;
  AlarmRule mine = seen;
  mine.threshold = 300;
  EXPECT_EQ(world.commands().replace_metric_alarm(seen, mine), true);
  // Time stands still: the moment of the change does not tell the two apart.
  AlarmRule late = seen;
  late.threshold = 400;
  EXPECT_EQ(world.commands().replace_metric_alarm(seen, late), false);
  EXPECT_EQ(world.view("a").rule.threshold, 300);
  EXPECT_EQ(world.history("a", "ConfigurationUpdate").size(), 2U);
  ASSERT_TRUE(world.commands().delete_alarms(kScope, {"a"}));
  EXPECT_EQ(world.commands().replace_metric_alarm(mine, late), false) << "it is not made anew";
  late.evaluation_periods = 0;
  EXPECT_FALSE(world.commands().replace_metric_alarm(mine, late).has_value());
}

TEST(AlarmCommands, an_update_is_evaluated_at_once_under_its_new_rule) {
  World world;
  world.put(World::rule("a", "depth"));
  world.send_now("depth", 500);
  world.advance(minutes(1) + seconds(10));
  ASSERT_EQ(world.state("a"), "ALARM");
  AlarmRule rule = World::rule("a", "depth");
  rule.threshold = 1000;
  world.put(rule);
  EXPECT_EQ(world.state("a"), "OK");
  rule = World::rule("a", "else");
  world.put(rule);
  const double before = world.evaluations();
  world.send_now("depth", 5000);
  EXPECT_EQ(world.evaluations(), before) << "it no longer watches that metric";
}

TEST(AlarmCommands, everything_is_there_after_a_restart) {
  World world;
  AlarmRule rule = World::rule("a", "depth");
  rule.tags = {{"team", "data"}};
  world.put(rule);
  world.send_now("depth", 500);
  const AlarmView before = world.view("a");
  world.restart();
  const AlarmView after = world.view("a");
  EXPECT_EQ(after.rule, before.rule);
  EXPECT_EQ(after.state, before.state);
  EXPECT_EQ(after.reason, before.reason);
  EXPECT_EQ(after.reason_data, before.reason_data);
  EXPECT_EQ(after.reason_words, before.reason_words);
  EXPECT_EQ(after.transitioned_at, before.transitioned_at);
  EXPECT_THAT(world.commands().tags(before.arn), ElementsAre(Tag{"team", "data"}));
}

TEST(AlarmCommands, deletion_forgets_the_alarm_keeps_its_history_and_passes_over_strangers) {
  World world;
  world.put(World::rule("a", "depth"));
  world.put(World::rule("b", "depth"));
  ASSERT_TRUE(world.commands().delete_alarms(kScope, {"nobody", "a", "a"}));
  EXPECT_THAT(described(world, {}), ElementsAre("b"));
  EXPECT_EQ(world.history("a", "ConfigurationUpdate").back().summary, "Alarm \"a\" deleted");
  world.send_now("depth", 500);
  EXPECT_THAT(world.transitions("a"), IsEmpty());
  world.restart();
  EXPECT_THAT(described(world, {}), ElementsAre("b"));
  EXPECT_TRUE(world.commands().delete_alarms(kScope, {"nobody"}));
}

TEST(AlarmCommands, describe_filters_and_pages_in_the_order_of_names) {
  World world;
  for (int i = 0; i < 25; ++i)
    world.put(World::rule(fmt::format("web-{:02}", i), "depth"));
  world.put(World::rule("db", "rows"));
  AlarmRule elsewhere = World::rule("web-00", "depth");
  elsewhere.region = "eu-west-1";
  elsewhere.alarm_actions = {"arn:aws:sns:eu-west-1:0:ops"};
  world.put(elsewhere);
  world.send_now("rows", 500);

  AlarmFilter filter;
  filter.scope = kScope;
  filter.limit = 10;
  filter.name_prefix = "web-";
  std::vector<std::string> all;
  for (int page_number = 0; page_number < 3; ++page_number) {
    const auto page = world.commands().describe(filter);
    ASSERT_TRUE(page);
    for (const std::string& name : names(*page))
      all.push_back(name);
    EXPECT_EQ(page->next_token.empty(), page_number == 2);
    filter.token = page->next_token;
  }
  EXPECT_EQ(all.size(), 25U);
  EXPECT_TRUE(std::is_sorted(all.begin(), all.end()));
  EXPECT_EQ(std::adjacent_find(all.begin(), all.end()), all.end());

  AlarmFilter in_alarm;
  in_alarm.state = AlarmState::alarm;
  EXPECT_THAT(described(world, in_alarm), ElementsAre("db"));
  AlarmFilter by_action;
  by_action.action_prefix = "arn:aws:sns:eu";
  EXPECT_THAT(described(world, by_action), ElementsAre("web-00"));
  AlarmFilter by_name;
  by_name.scope = kScope;
  by_name.names = {"web-03", "db", "nobody"};
  EXPECT_THAT(described(world, by_name), ElementsAre("db", "web-03"));
  AlarmFilter composite;
  composite.metric_alarms = false;
  EXPECT_THAT(described(world, composite), IsEmpty());
}

TEST(AlarmCommands, tokens_that_were_not_given_out_are_refused) {
  World world;
  for (const std::string token : {"x", "t1", "t1.", "t1.zz.00.00", "t1.00.00", "t1.0.00.00"}) {
    AlarmFilter filter;
    filter.token = token;
    const auto page = world.commands().describe(filter);
    ASSERT_FALSE(page) << token;
    EXPECT_EQ(page.error().code, "InvalidNextToken");
    HistoryFilter history;
    history.token = token == "t1." ? "t1.78" : token;
    EXPECT_FALSE(world.commands().history(history)) << token;
  }
}

TEST(AlarmCommands, describe_for_metric_wants_exactly_its_dimensions) {
  World world;
  AlarmRule rule = World::rule("a", "depth");
  rule.metric->metric.dimensions = {{"b", "2"}, {"a", "1"}};
  world.put(rule);
  world.put(World::rule("plain", "depth"));
  world.put(World::band_rule("band", "depth", "Sum", minutes(1)));
  MetricFilter filter;
  filter.scope = kScope;
  filter.metric_namespace = "Test";
  filter.name = "depth";
  const auto found = [&world](const MetricFilter& wanted) {
    return names({world.commands().describe_for_metric(wanted), ""});
  };
  EXPECT_THAT(found(filter), ElementsAre("plain"));
  filter.with_queries = true;
  EXPECT_THAT(found(filter), ElementsAre("band", "plain"));
  filter.dimensions = {{"b", "2"}, {"a", "1"}};
  EXPECT_THAT(found(filter), ElementsAre("a"));
  filter.period = minutes(5);
  EXPECT_THAT(found(filter), IsEmpty());
  filter.period = minutes(1);
  filter.statistic = "Sum";
  EXPECT_THAT(found(filter), IsEmpty());
}

TEST(AlarmCommands, a_drill_runs_actions_once_and_is_taken_back) {
  World world;
  world.put(World::rule("a", "depth"));
  world.send_now("depth", 5);
  world.advance(minutes(1) + seconds(10));
  ASSERT_EQ(world.state("a"), "OK");
  const std::size_t rows = world.control.outbox().size();
  const auto drill = [&world] {
    return world.commands().set_alarm_state(
        kScope, "a", AlarmState::alarm, "testing purposes", R"({"a":1})");
  };
  ASSERT_TRUE(drill());
  EXPECT_EQ(world.state("a"), "ALARM");
  EXPECT_EQ(world.view("a").reason, "testing purposes");
  EXPECT_EQ(world.view("a").reason_data, R"({"a":1})");
  ASSERT_EQ(world.control.outbox().size(), rows + 1);
  const auto transition = transition_from_json(world.control.outbox().back().body);
  ASSERT_TRUE(transition);
  EXPECT_TRUE(transition->drill);
  EXPECT_EQ(transition->reason, "testing purposes");
  ASSERT_TRUE(drill());
  EXPECT_EQ(world.control.outbox().size(), rows + 1) << "the state does not differ";
  world.advance(minutes(1));
  EXPECT_EQ(world.state("a"), "OK");
}

TEST(AlarmCommands, a_drill_of_a_silent_alarm_is_taken_back_too) {
  World world;
  world.put(World::rule("a", "depth"));
  ASSERT_TRUE(world.commands().set_alarm_state(kScope, "a", AlarmState::alarm, "test", ""));
  world.advance(minutes(1));
  EXPECT_EQ(world.state("a"), "INSUFFICIENT_DATA");
  EXPECT_EQ(world.view("a").reason, "Insufficient Data: 1 datapoint was unknown.");
}

TEST(AlarmCommands, a_drill_is_refused_for_strangers_and_for_data_that_are_no_json) {
  World world;
  world.put(World::rule("a", "depth"));
  const auto stranger =
      world.commands().set_alarm_state(kScope, "nobody", AlarmState::ok, "test", "");
  ASSERT_FALSE(stranger);
  EXPECT_EQ(stranger.error().code, "ResourceNotFound");
  EXPECT_EQ(stranger.error().message, "");
  EXPECT_EQ(stranger.error().kind, Errc::not_found);
  const auto no_json = world.commands().set_alarm_state(kScope, "a", AlarmState::ok, "test", "{");
  ASSERT_FALSE(no_json);
  EXPECT_EQ(no_json.error().code, "InvalidFormat");
  EXPECT_FALSE(
      world.commands().set_alarm_state(kScope, "a", AlarmState::ok, std::string(1024, 'r'), ""));
}

TEST(AlarmCommands, actions_are_switched_off_and_on) {
  World world;
  world.put(World::rule("a", "depth"));
  ASSERT_TRUE(world.commands().set_actions_enabled(kScope, {"a", "nobody"}, false));
  EXPECT_FALSE(world.view("a").rule.actions_enabled);
  world.send_now("depth", 500);
  EXPECT_EQ(world.state("a"), "ALARM");
  EXPECT_THAT(world.control.outbox(), IsEmpty());
  world.restart();
  EXPECT_FALSE(world.view("a").rule.actions_enabled);
  ASSERT_TRUE(world.commands().set_actions_enabled(kScope, {"a"}, true));
  world.advance(minutes(10));
  EXPECT_EQ(world.state("a"), "INSUFFICIENT_DATA");
  EXPECT_EQ(world.control.outbox().size(), 1U);
}

TEST(AlarmCommands, a_tag_key_twice_or_with_the_reserved_prefix_is_refused) {
  World world;
  world.put(World::rule("a", "depth"));
  const std::string arn = world.view("a").arn;
  const std::vector<std::vector<Tag>> all{{{"k", "1"}, {"k", "2"}}, {{"aws:k", "1"}}};
  for (const auto& tags : all) {
    AlarmRule rule = World::rule("b", "depth");
    rule.tags = tags;
    for (const auto& refused :
         {world.commands().put_metric_alarm(rule), world.commands().tag(arn, tags)}) {
      ASSERT_FALSE(refused);
      EXPECT_EQ(refused.error().code, "InvalidParameterValue");
    }
  }
  EXPECT_TRUE(world.commands().tag(arn, {{"AWS:k", "1"}, {"K", "1"}, {"k", "1"}}));
}

TEST(AlarmCommands, tags_are_added_replaced_and_removed) {
  World world;
  world.put(World::rule("a", "depth"));
  const std::string arn = world.view("a").arn;
  AlarmCommands& commands = world.commands();
  EXPECT_THAT(commands.tags(arn), IsEmpty());
  ASSERT_TRUE(commands.tag(arn, {{"b", "1"}, {"a", "1"}}));
  ASSERT_TRUE(commands.tag(arn, {{"b", "2"}}));
  EXPECT_THAT(commands.tags(arn), ElementsAre(Tag{"a", "1"}, Tag{"b", "2"}));
  ASSERT_TRUE(commands.untag(arn, {"a", "never"}));
  EXPECT_THAT(commands.tags(arn), ElementsAre(Tag{"b", "2"}));
  EXPECT_FALSE(commands.tag(arn, std::vector<Tag>(51, {"x", "y"})).has_value() &&
               commands.tags(arn).size() > limits::kTagsMax);
  for (const auto& refused :
       {commands.tag("arn:x", {{"k", "v"}}), commands.untag("arn:x", {"k"})}) {
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "ResourceNotFoundException");
    EXPECT_EQ(refused.error().message, "Unknown");
  }
  EXPECT_THAT(commands.tags("arn:x"), IsEmpty());
}

TEST(AlarmCommands, equal_names_in_two_regions_have_histories_of_their_own) {
  World world;
  world.put(World::rule("a", "depth"));
  AlarmRule far = World::rule("a", "other");
  far.region = "ap-south-1";
  world.put(far);
  world.send_now("depth", 500);
  const auto lines = [&world](const std::string& region) {
    HistoryFilter filter;
    filter.scope = {World::kAccount, region};
    filter.alarm_name = "a";
    const auto page = world.commands().history(filter);
    std::vector<std::string> out;
    for (const HistoryItem& item : page->items)
      out.push_back(item.type);
    return out;
  };
  EXPECT_THAT(lines("ap-south-1"), ElementsAre("ConfigurationUpdate"));
  EXPECT_THAT(lines(World::kRegion), ElementsAre("StateUpdate", "ConfigurationUpdate"));
  EXPECT_THAT(lines("sa-east-1"), IsEmpty());
}

TEST(AlarmCommands, describe_by_names_gives_each_once_over_pages_and_regions) {
  World world;
  for (const char* name : {"a", "ab", "b", "c"})
    world.put(World::rule(name, "depth"));
  AlarmRule far = World::rule("b", "depth");
  far.region = "ap-south-1";
  world.put(far);
  AlarmFilter filter;
  filter.names = {"c", "b", "a", "b", ""};
  filter.limit = 1;
  std::vector<std::string> found;
  do {
    const auto page = world.commands().describe(filter);
    ASSERT_TRUE(page);
    for (const AlarmView& view : page->alarms)
      found.push_back(view.rule.name + " " + view.rule.region);
    filter.token = page->next_token;
  } while (!filter.token.empty());
  const std::string here = World::kRegion;
  EXPECT_THAT(found, ElementsAre("a " + here, "b ap-south-1", "b " + here, "c " + here));
}

TEST(AlarmCommands, history_pages_both_ways_without_repeats) {
  World world;
  world.put(World::rule("a", "depth"));
  for (int i = 0; i < 6; ++i) {
    world.send_now("depth", i % 2 == 0 ? 500 : 5);
    world.advance(minutes(1) + seconds(10));
  }
  const auto all = world.history("a", "");
  ASSERT_GE(all.size(), 6U);
  for (const bool newest_first : {true, false}) {
    HistoryFilter filter;
    filter.alarm_name = "a";
    filter.newest_first = newest_first;
    filter.limit = 2;
    std::vector<std::int64_t> ids;
    do {
      const auto page = world.commands().history(filter);
      ASSERT_TRUE(page);
      EXPECT_LE(page->items.size(), 2U);
      for (const HistoryItem& item : page->items)
        ids.push_back(item.id);
      filter.token = page->next_token;
    } while (!filter.token.empty());
    EXPECT_EQ(ids.size(), all.size());
    if (newest_first) std::reverse(ids.begin(), ids.end());
    EXPECT_TRUE(std::is_sorted(ids.begin(), ids.end()));
  }
}

TEST(AlarmCommands, a_change_that_cannot_be_kept_changes_nothing) {
  World world;
  world.put(World::rule("a", "depth"));
  world.control.set_mode(TestingControlStore::Mode::failing);
  const auto refused = world.commands().put_metric_alarm(World::rule("b", "depth"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "InternalServiceError");
  AlarmRule changed = World::rule("a", "depth");
  changed.threshold = 1;
  EXPECT_FALSE(world.commands().put_metric_alarm(changed));
  EXPECT_FALSE(world.commands().delete_alarms(kScope, {"a"}));
  EXPECT_FALSE(world.commands().set_actions_enabled(kScope, {"a"}, false));
  EXPECT_FALSE(world.commands().set_alarm_state(kScope, "a", AlarmState::ok, "x", ""));
  EXPECT_THAT(described(world, {}), ElementsAre("a"));
  EXPECT_EQ(world.view("a").rule.threshold, 200);
  EXPECT_TRUE(world.view("a").rule.actions_enabled);
  EXPECT_EQ(world.state("a"), "INSUFFICIENT_DATA");
}

TEST(AlarmCommands, refuse_more_alarms_than_the_limit_but_still_update_those_there) {
  World world;
  world.stop();
  AlarmLimits limits;
  limits.alarms_max = 2;
  world.start(limits);
  world.put(World::rule("a", "depth"));
  world.put(World::rule("b", "depth"));
  const auto third = world.commands().put_metric_alarm(World::rule("c", "depth"));
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().code, "LimitExceeded");
  EXPECT_TRUE(world.commands().put_metric_alarm(World::rule("b", "other")));
}

}  // namespace
}  // namespace tidemark::alarm
