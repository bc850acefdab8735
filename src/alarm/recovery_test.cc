#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alarm/engine.h"
#include "alarm/world_test.h"
#include "model/transition.h"

namespace tidemark::alarm {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::ElementsAre;

constexpr const char* kToOk = "Alarm updated from INSUFFICIENT_DATA to OK";
constexpr const char* kOkToAlarm = "Alarm updated from OK to ALARM";
constexpr const char* kAlarmToOk = "Alarm updated from ALARM to OK";

TEST(Recovery, a_clients_fast_clock_does_not_make_the_alarm_flap) {
  World world;
  world.put(World::rule("a", "depth"));
  const Timestamp start = world.clock.wall();
  world.send_now("depth", 5);
  world.advance_to(start + seconds(62));
  world.send("depth", start + seconds(75), 500);
  ASSERT_EQ(world.state("a"), "ALARM");
  // The period of the first point closes at 66 s, before the sample's own time.
  world.advance_to(start + seconds(70));
  world.crash();
  world.start();
  EXPECT_EQ(world.state("a"), "ALARM");
  EXPECT_EQ(world.transitions("a").size(), 1U);
}

TEST(Recovery, a_crash_between_point_and_transition_gives_it_exactly_once) {
  World world;
  world.put(World::rule("a", "depth"));
  world.send_now("depth", 5);
  world.advance(minutes(1) + seconds(10));
  ASSERT_EQ(world.state("a"), "OK");
  world.store_only("depth", world.clock.wall(), 500);  // durable, never announced
  world.crash();
  world.clock.advance(seconds(5));
  world.start();
  EXPECT_EQ(world.state("a"), "ALARM");
  EXPECT_THAT(world.transitions("a"), ElementsAre(kToOk, kOkToAlarm));
  const auto transition = transition_from_json(world.control.outbox().back().body);
  ASSERT_TRUE(transition);
  EXPECT_TRUE(transition->late);
  for (int i = 0; i < 3; ++i)
    world.restart();
  EXPECT_EQ(world.transitions("a").size(), 2U);
  EXPECT_EQ(world.control.outbox().size(), 2U);
}

TEST(Recovery, a_crash_just_after_the_transaction_does_not_repeat_it) {
  World world;
  world.put(World::rule("a", "depth"));
  world.control.set_mode(TestingControlStore::Mode::dies_after);
  world.send_now("depth", 500);
  world.crash();
  world.start();
  EXPECT_EQ(world.state("a"), "ALARM");
  EXPECT_EQ(world.transitions("a").size(), 1U);
  EXPECT_EQ(world.control.outbox().size(), 1U);
}

TEST(Recovery, catches_up_each_instant_since_the_stop_in_order_but_a_day_at_most) {
  World world;
  world.put(World::rule("a", "depth"));
  const Timestamp start = world.clock.wall();
  world.send_now("depth", 5);
  world.advance(minutes(1) + seconds(10));
  world.crash();
  // What a healthy server would have decided meanwhile: up, down, silence.
  world.store_only("depth", start + minutes(2), 500);
  world.store_only("depth", start + minutes(3), 5);
  world.clock.set(start + hours(20));
  world.start();
  EXPECT_THAT(
      world.transitions("a"),
      ElementsAre(kToOk, kOkToAlarm, kAlarmToOk, "Alarm updated from OK to INSUFFICIENT_DATA"));
  EXPECT_LT(world.view("a").transitioned_at, start + minutes(10))
      << "at the instants they were due";
  world.crash();
  world.store_only("depth", start + hours(21), 500);
  world.store_only("depth", start + hours(60), 5);
  world.clock.set(start + hours(72));
  world.start();
  EXPECT_EQ(world.transitions("a").size(), 6U) << "the one 51 hours ago is too old, the other not";
  EXPECT_EQ(world.transitions("a")[4], kToOk);
}

TEST(Recovery, a_transaction_that_fails_leaves_the_state_and_is_tried_again_under_the_same_id) {
  World world;
  world.put(World::rule("a", "depth"));
  world.control.set_mode(TestingControlStore::Mode::failing);
  world.send_now("depth", 500);
  EXPECT_EQ(world.state("a"), "INSUFFICIENT_DATA");
  EXPECT_EQ(world.nudges, 0) << "no side effect before the transaction";
  EXPECT_FALSE(world.engine().tick(world.clock.wall()));
  world.control.set_mode(TestingControlStore::Mode::working);
  EXPECT_TRUE(world.engine().tick(world.clock.wall()));
  EXPECT_EQ(world.state("a"), "ALARM");
  EXPECT_EQ(world.transitions("a").size(), 1U);
  EXPECT_EQ(world.nudges, 1);
}

TEST(Recovery, a_store_that_fails_for_a_while_loses_no_transition_in_between) {
  World world;
  world.put(World::rule("a", "depth"));
  world.send_now("depth", 5);
  world.advance(minutes(1) + seconds(10));
  world.control.set_mode(TestingControlStore::Mode::failing);
  world.send_now("depth", 500);
  world.clock.advance(minutes(1));
  world.send_now("depth", 5);
  world.clock.advance(minutes(1));
  EXPECT_FALSE(world.engine().tick(world.clock.wall()));
  world.control.set_mode(TestingControlStore::Mode::working);
  EXPECT_TRUE(world.engine().tick(world.clock.wall()));
  EXPECT_THAT(world.transitions("a"), ElementsAre(kToOk, kOkToAlarm, kAlarmToOk));
}

TEST(Recovery, keeps_progress_without_a_transition_at_most_every_ten_seconds_of_data_time) {
  World world;
  world.put(World::rule("a", "depth"));
  const int before = world.control.commits();
  for (int i = 0; i < 100; ++i) {
    world.clock.advance(seconds(1));
    ASSERT_TRUE(world.engine().tick(world.clock.wall()));
  }
  const int writes = world.control.commits() - before;
  EXPECT_GE(writes, 9);
  EXPECT_LE(writes, 11);
}

TEST(Recovery, a_document_it_cannot_read_stops_the_start_and_is_named) {
  World world;
  world.put(World::rule("a", "depth"));
  world.stop();
  (void)world.control.commit_and_wait({PutDocument{{"alarm", "arn:x", "{}"}}});
  world.start();
  ASSERT_FALSE(world.started);
  EXPECT_EQ(world.started.error().code, Errc::corrupt);
}

}  // namespace
}  // namespace tidemark::alarm
