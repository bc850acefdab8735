#include "store/control_store.h"

#include <atomic>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>

#include "base/clock.h"
#include "base/worker.h"
#include "store/control/sqlite.h"
#include "store/control/store_fixture.h"

namespace tidemark::store {
namespace {

using control::must;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ControlStoreTest = control::StoreFixture;

template <typename F>
HistoryQuery history_query(F set) {
  HistoryQuery query;
  set(query);
  return query;
}

template <typename F>
DeliveryQuery delivery_query(F set) {
  DeliveryQuery query;
  set(query);
  return query;
}

std::vector<std::string> summaries(const std::vector<HistoryItem>& items) {
  std::vector<std::string> out;
  for (const HistoryItem& item : items)
    out.push_back(item.summary);
  return out;
}

TEST_F(ControlStoreTest, keeps_every_kind_of_change_over_a_restart) {
  const std::string hostile("a\0b'\"\xFF\n", 7);
  {
    auto store = open();
    ASSERT_TRUE(store->commit_and_wait({document(hostile, hostile),
                                        document("gone", "x"),
                                        item(hostile, Timestamp::from_ns(-5), "first"),
                                        row("t1", "arn:topic"),
                                        AddAudit{.at = Timestamp::from_s(1),
                                                 .who = "me",
                                                 .what = "put",
                                                 .object = "alarm",
                                                 .detail = ""}}));
    ASSERT_TRUE(store->commit_and_wait({DeleteDocument{.collection = "alarm", .key = "gone"}}));
  }
  auto store = open();
  const auto documents = must(store->documents("alarm"));
  ASSERT_THAT(documents, SizeIs(1));
  EXPECT_EQ(documents[0].key, hostile);
  EXPECT_EQ(documents[0].body, hostile);
  const auto history =
      must(store->history(history_query([&](HistoryQuery& q) { q.alarm_name = hostile; })));
  ASSERT_THAT(history, SizeIs(1));
  EXPECT_EQ(history[0].at, Timestamp::from_ns(-5));
  const auto outbox = must(store->unexpanded_outbox(10));
  ASSERT_THAT(outbox, SizeIs(1));
  EXPECT_EQ(outbox[0].action, "arn:topic");
  EXPECT_EQ(outbox[0].at, Timestamp::from_s(1000));
}

TEST_F(ControlStoreTest, writes_all_changes_of_a_commit_or_none) {
  auto store = open();
  const auto refused = store->commit_and_wait({document("a", "1"),
                                               item("x", Timestamp::from_s(1), "s"),
                                               row("t", "a"),
                                               ExpandOutbox{.outbox_id = 999, .deliveries = {}},
                                               document("b", "2")});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::not_found);
  EXPECT_THAT(must(store->documents("alarm")), IsEmpty());
  EXPECT_THAT(must(store->history({})), IsEmpty());
  EXPECT_THAT(must(store->unexpanded_outbox(10)), IsEmpty());
}

TEST_F(ControlStoreTest, a_refused_commit_does_not_touch_those_queued_beside_it) {
  auto store = open();
  std::atomic<int> good{0};
  std::atomic<int> bad{0};
  for (int i = 0; i < 300; ++i) {
    std::vector<ControlChange> changes{document(std::to_string(i), "v")};
    if (i % 3 == 0) changes.emplace_back(UpdateDelivery{delivery("no-such", "s")});
    store->commit(std::move(changes), [&](const Result<void>& r) { ++(r ? good : bad); });
  }
  ASSERT_TRUE(store->commit_and_wait({}));  // commits are done in order
  EXPECT_EQ(good, 200);
  EXPECT_EQ(bad, 100);
  EXPECT_THAT(must(store->documents("alarm")), SizeIs(200));
}

TEST_F(ControlStoreTest, a_commit_is_readable_when_done_is_called) {
  auto store = open();
  std::atomic<int> seen{0};
  for (int i = 0; i < 20; ++i) {
    store->commit({document(std::to_string(i), "v")}, [&, i](const Result<void>&) {
      for (const auto& d : must(store->documents("alarm"))) {
        if (d.key == std::to_string(i)) ++seen;
      }
    });
  }
  ASSERT_TRUE(store->commit_and_wait({}));
  EXPECT_EQ(seen, 20);
}

TEST_F(ControlStoreTest, adds_an_action_of_a_transition_to_the_outbox_once) {
  auto store = open();
  ASSERT_TRUE(store->commit_and_wait({row("t1", "a"), row("t1", "b"), row("t2", "a")}));
  ASSERT_TRUE(store->commit_and_wait({row("t1", "a")}));
  const auto first = must(store->unexpanded_outbox(10));
  ASSERT_THAT(first, SizeIs(3));
  ASSERT_TRUE(store->commit_and_wait({ExpandOutbox{.outbox_id = first[0].id, .deliveries = {}}}));
  // Also not when it was expanded long ago.
  ASSERT_TRUE(store->commit_and_wait({row("t1", "a")}));
  EXPECT_THAT(must(store->unexpanded_outbox(10)), SizeIs(2));
  EXPECT_THAT(must(store->unexpanded_outbox(1)), SizeIs(1));
}

TEST_F(ControlStoreTest, expanding_twice_leaves_the_first_deliveries_as_they_are) {
  auto store = open();
  ASSERT_TRUE(store->commit_and_wait({row("t1", "a")}));
  const auto id = must(store->unexpanded_outbox(1)).at(0).id;
  ASSERT_TRUE(store->commit_and_wait(
      {ExpandOutbox{.outbox_id = id, .deliveries = {delivery("d1", "s1"), delivery("d2", "s2")}}}));
  Delivery done = delivery("d1", "s1");
  done.state = "delivered";
  ASSERT_TRUE(store->commit_and_wait({UpdateDelivery{done}}));
  ASSERT_TRUE(store->commit_and_wait(
      {ExpandOutbox{.outbox_id = id, .deliveries = {delivery("d8", "s1"), delivery("d9", "s2")}}}));
  const auto all = must(store->deliveries({}));
  ASSERT_THAT(all, SizeIs(2));
  EXPECT_EQ(all[0].id, "d2");
  EXPECT_EQ(all[1].id, "d1");
  EXPECT_EQ(all[1].state, "delivered");
  EXPECT_EQ(all[1].outbox_id, id);
}

TEST_F(ControlStoreTest, gives_due_deliveries_by_time_and_others_newest_first) {
  auto store = open();
  ASSERT_TRUE(store->commit_and_wait({row("t1", "a")}));
  const auto id = must(store->unexpanded_outbox(1)).at(0).id;
  std::vector<Delivery> deliveries;
  for (int i = 0; i < 5; ++i) {
    Delivery d = delivery("d" + std::to_string(i), "s" + std::to_string(i));
    d.next_try_at = Timestamp::from_s(2000 - 10 * i);
    d.created_at = Timestamp::from_s(1000 + i / 2);
    if (i == 4) d.state = "dead";
    if (i == 3) d.alarm_name = "other";
    deliveries.push_back(d);
  }
  ASSERT_TRUE(store->commit_and_wait({ExpandOutbox{.outbox_id = id, .deliveries = deliveries}}));
  const auto ids = [&](const DeliveryQuery& query) {
    std::vector<std::string> out;
    for (const Delivery& d : must(store->deliveries(query)))
      out.push_back(d.id);
    return out;
  };
  EXPECT_THAT(ids(delivery_query([](DeliveryQuery& q) { q.due_by = Timestamp::from_s(1990); })),
              ElementsAre("d3", "d2", "d1"));
  EXPECT_THAT(ids(delivery_query([](DeliveryQuery& q) {
                q.due_by = Timestamp::from_s(1990);
                q.limit = 1;
              })),
              ElementsAre("d3"));
  EXPECT_THAT(ids(delivery_query([](DeliveryQuery& q) { q.alarm_name = "backlog"; })),
              ElementsAre("d4", "d2", "d1", "d0"));
  EXPECT_THAT(ids(delivery_query([](DeliveryQuery& q) { q.state = "dead"; })), ElementsAre("d4"));
  EXPECT_EQ(must(store->count_deliveries("pending")), 4);
  EXPECT_EQ(must(store->count_deliveries("delivered")), 0);
}

TEST_F(ControlStoreTest, updates_what_a_try_changes_and_keeps_what_it_sent) {
  auto store = open();
  ASSERT_TRUE(store->commit_and_wait({row("t1", "a")}));
  const auto id = must(store->unexpanded_outbox(1)).at(0).id;
  ASSERT_TRUE(store->commit_and_wait(
      {ExpandOutbox{.outbox_id = id, .deliveries = {delivery("d1", "s1")}}}));
  Delivery tried = must(store->deliveries({})).at(0);
  tried.attempts = 3;
  tried.next_try_at = Timestamp::from_s(5000);
  tried.last_error = "451 later";
  tried.give_up_at = Timestamp::from_s(9500);
  tried.output = std::string(64 * 1024, 'x');
  ASSERT_TRUE(store->commit_and_wait({UpdateDelivery{tried}}));
  const Delivery kept = must(store->deliveries({})).at(0);
  EXPECT_EQ(kept.attempts, 3);
  EXPECT_EQ(kept.next_try_at, Timestamp::from_s(5000));
  EXPECT_EQ(kept.last_error, "451 later");
  EXPECT_EQ(kept.output.size(), 64U * 1024U);
  EXPECT_EQ(kept.body, "body");
  EXPECT_EQ(kept.give_up_at, Timestamp::from_s(9500));
  EXPECT_EQ(kept.created_at, Timestamp::from_s(1000));
}

TEST_F(ControlStoreTest, gives_the_first_due_deliveries_of_each_subscription_in_order) {
  auto store = open();
  ASSERT_TRUE(store->commit_and_wait({row("t1", "a"), row("t2", "a"), row("t3", "a")}));
  const auto add = [&](std::size_t place, std::vector<Delivery> deliveries) {
    const auto id = must(store->unexpanded_outbox(1)).at(0).id;
    ASSERT_TRUE(store->commit_and_wait({ExpandOutbox{id, std::move(deliveries)}})) << place;
  };
  // s1: the oldest of its alarm waits for a retry, so the next of that alarm may not pass it, but
  // other alarms and plain messages may. s2 has many due.
  Delivery retried = delivery("retried", "s1");
  retried.next_try_at = Timestamp::from_s(5000);
  Delivery plain = delivery("plain", "s3");
  plain.alarm_name = "";
  plain.next_try_at = Timestamp::from_s(5000);
  add(1, {retried, delivery("x1", "s2"), plain});
  Delivery other = delivery("other", "s2");
  other.alarm_name = "other";
  Delivery plain2 = delivery("plain2", "s3");
  plain2.alarm_name = "";
  add(2, {delivery("behind", "s1"), other, plain2});
  add(3, {delivery("x3", "s2")});
  const auto due = [&](std::int64_t by, std::size_t each) {
    std::vector<std::string> out;
    for (const Delivery& d : must(store->deliveries(delivery_query([&](DeliveryQuery& q) {
           q.due_by = Timestamp::from_s(by);
           q.per_subscription = each;
         })))) {
      out.push_back(d.id);
    }
    return out;
  };
  EXPECT_THAT(due(2000, 1), ElementsAre("x1", "plain2"));
  EXPECT_THAT(due(2000, 5), ElementsAre("x1", "other", "plain2"));
  EXPECT_THAT(due(5000, 1), ElementsAre("x1", "plain2", "retried"));
  EXPECT_THAT(due(1999, 1), IsEmpty());
}

TEST_F(ControlStoreTest, pages_through_history_of_equal_times_in_both_directions) {
  auto store = open();
  std::vector<ControlChange> changes;
  // Two items a second, and one that arrives out of order.
  for (int i = 0; i < 10; ++i) {
    changes.emplace_back(item("a", Timestamp::from_s(100 + i / 4), "s" + std::to_string(i)));
  }
  changes.emplace_back(item("a", Timestamp::from_s(100), "late"));
  changes.emplace_back(item("b", Timestamp::from_s(100), "other alarm"));
  ASSERT_TRUE(store->commit_and_wait(changes));
  const std::vector<std::string> ascending{
      "s0", "s1", "s2", "s3", "late", "s4", "s5", "s6", "s7", "s8", "s9"};
  for (const bool newest_first : {false, true}) {
    for (std::size_t page = 1; page <= 4; ++page) {
      std::vector<std::string> seen;
      auto query = history_query([&](HistoryQuery& q) {
        q.alarm_name = "a";
        q.newest_first = newest_first;
        q.limit = page;
      });
      while (true) {
        const auto items = must(store->history(query));
        if (items.empty()) break;
        for (const auto& s : summaries(items))
          seen.push_back(s);
        query.after_id = items.back().id;
      }
      auto wanted = ascending;
      if (newest_first) std::reverse(wanted.begin(), wanted.end());
      EXPECT_EQ(seen, wanted) << "page " << page << " newest_first " << newest_first;
    }
  }
}

TEST_F(ControlStoreTest, filters_history_by_time_type_and_kind_of_alarm) {
  auto store = open();
  HistoryItem action = item("a", Timestamp::from_s(20), "action");
  action.type = "Action";
  HistoryItem composite = item("c", Timestamp::from_s(30), "composite");
  composite.alarm_type = "CompositeAlarm";
  ASSERT_TRUE(store->commit_and_wait({item("a", Timestamp::from_s(10), "update"),
                                      action,
                                      composite,
                                      item("a", Timestamp::from_s(40), "last")}));
  EXPECT_THAT(
      summaries(must(store->history(history_query([&](HistoryQuery& q) { q.type = "Action"; })))),
      ElementsAre("action"));
  EXPECT_THAT(summaries(must(store->history(
                  history_query([&](HistoryQuery& q) { q.alarm_types = {"CompositeAlarm"}; })))),
              ElementsAre("composite"));
  EXPECT_THAT(summaries(must(store->history(history_query([&](HistoryQuery& q) {
                q.alarm_types = {"CompositeAlarm", "MetricAlarm"};
                q.limit = 2;
              })))),
              ElementsAre("last", "composite"));
  // Both ends belong to the range.
  EXPECT_THAT(summaries(must(store->history(history_query([&](HistoryQuery& q) {
                q.from = Timestamp::from_s(20);
                q.to = Timestamp::from_s(30);
              })))),
              ElementsAre("composite", "action"));
}

TEST_F(ControlStoreTest, refuses_to_page_behind_an_item_that_is_not_there) {
  auto store = open();
  const auto page = store->history(history_query([&](HistoryQuery& q) { q.after_id = 77; }));
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().code, Errc::invalid);
}

TEST_F(ControlStoreTest, loads_fifty_thousand_documents_at_once) {
  auto store = open();
  std::vector<ControlChange> changes;
  changes.reserve(50'000);
  for (int i = 0; i < 50'000; ++i) {
    changes.push_back(document("alarm-" + std::to_string(i), std::string(500, 'x')));
  }
  ASSERT_TRUE(store->commit_and_wait(std::move(changes)));
  const SystemClock clock;
  const Instant start = clock.now();
  EXPECT_THAT(must(store->documents("alarm")), SizeIs(50'000));
  // About 50 ms on a laptop; the limit only tells a scan from a query for each document.
  EXPECT_LT(clock.now() - start, std::chrono::seconds(3));
  EXPECT_THAT(must(store->documents("topic")), IsEmpty());
}

TEST_F(ControlStoreTest, takes_commits_and_reads_from_several_threads) {
  auto store = open();
  {
    Worker one("one");
    Worker two("two");
    for (int i = 0; i < 50; ++i) {
      for (auto* worker : {&one, &two}) {
        worker->post([&store, name = std::to_string(i) + (worker == &one ? "a" : "b")] {
          ASSERT_TRUE(store->commit_and_wait({document(name, "v")}));
          ASSERT_FALSE(must(store->documents("alarm")).empty());
        });
      }
    }
  }
  EXPECT_THAT(must(store->documents("alarm")), SizeIs(100));
}

TEST_F(ControlStoreTest, writes_what_is_queued_before_it_ends) {
  std::atomic<int> done{0};
  {
    auto store = open();
    for (int i = 0; i < 1000; ++i) {
      store->commit({document(std::to_string(i), "v")},
                    [&](const Result<void>& r) { done += r.has_value(); });
    }
  }
  EXPECT_EQ(done, 1000);
  EXPECT_THAT(must(open()->documents("alarm")), SizeIs(1000));
}

TEST_F(ControlStoreTest, clear_removes_everything_and_goes_on_counting) {
  auto store = open();
  ASSERT_TRUE(store->commit_and_wait({document("a", "1"), item("a", {}, "s"), row("t", "a")}));
  const auto old_id = must(store->history({})).at(0).id;
  ASSERT_TRUE(store->clear());
  EXPECT_THAT(must(store->documents("alarm")), IsEmpty());
  EXPECT_THAT(must(store->history({})), IsEmpty());
  EXPECT_THAT(must(store->unexpanded_outbox(1)), IsEmpty());
  ASSERT_TRUE(store->commit_and_wait({item("a", {}, "s"), row("t", "a")}));
  EXPECT_GT(must(store->history({})).at(0).id, old_id);
}

TEST_F(ControlStoreTest, leaves_one_tidy_file_behind) {
  {
    ASSERT_TRUE(open()->commit_and_wait({document("a", "1")}));
  }
  EXPECT_TRUE(std::filesystem::exists(path()));
  EXPECT_FALSE(std::filesystem::exists(path() + "-wal"));
}

TEST_F(ControlStoreTest, is_readable_by_its_owner_only) {
  auto store = open();
  ASSERT_TRUE(store->commit_and_wait({document("a", "1")}));
  for (const char* suffix : {"", "-wal", "-shm"}) {
    const auto mode = std::filesystem::status(path() + suffix).permissions();
    EXPECT_EQ(mode, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write)
        << suffix;
  }
}

TEST_F(ControlStoreTest, refuses_a_newer_version_in_one_line_and_leaves_it_alone) {
  {
    ASSERT_TRUE(open()->commit_and_wait({document("a", "1")}));
  }
  const auto set_version = [&](const char* sql) {
    auto raw = control::Database::open(path(), control::Database::Mode::read_write);
    ASSERT_TRUE(raw && raw->run(sql));
  };
  set_version("PRAGMA user_version = 9");
  const auto store = make_sqlite_control_store(path());
  ASSERT_FALSE(store);
  EXPECT_THAT(store.error().what, HasSubstr("version 9"));
  EXPECT_EQ(store.error().what.find('\n'), std::string::npos);
  set_version("PRAGMA user_version = 3");
  EXPECT_THAT(must(open()->documents("alarm")), SizeIs(1));
}

TEST_F(ControlStoreTest, brings_up_a_database_of_version_1_and_keeps_its_history) {
  {
    ASSERT_TRUE(open()->commit_and_wait({item("a", Timestamp::from_s(10), "old")}));
    auto raw = control::Database::open(path(), control::Database::Mode::read_write);
    ASSERT_TRUE(raw && raw->run("ALTER TABLE history DROP COLUMN account;"
                                "ALTER TABLE history DROP COLUMN region;"
                                "DROP TABLE identity; PRAGMA user_version = 1"));
  }
  auto store = open();
  HistoryItem fresh = item("a", Timestamp::from_s(20), "new");
  fresh.region = "eu-central-1";
  ASSERT_TRUE(store->commit_and_wait({fresh}));
  HistoryQuery query;
  query.alarm_name = "a";
  query.region = "us-east-1";
  const auto elsewhere = must(store->history(query));
  ASSERT_THAT(elsewhere, SizeIs(1));
  EXPECT_EQ(elsewhere[0].summary, "old");
  query.region = "eu-central-1";
  EXPECT_THAT(must(store->history(query)), SizeIs(2));
}

TEST_F(ControlStoreTest, tells_the_histories_of_equal_names_in_two_regions_apart) {
  auto store = open();
  for (const char* region : {"eu-central-1", "us-east-1"}) {
    HistoryItem line = item("a", Timestamp::from_s(10), region);
    line.account = "000000000000";
    line.region = region;
    ASSERT_TRUE(store->commit_and_wait({line}));
  }
  HistoryQuery query;
  query.account = "000000000000";
  query.region = "eu-central-1";
  const auto lines = must(store->history(query));
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_EQ(lines[0].summary, "eu-central-1");
  EXPECT_EQ(lines[0].region, "eu-central-1");
  query.account = "111111111111";
  EXPECT_THAT(must(store->history(query)), IsEmpty());
}

TEST_F(ControlStoreTest, refuses_files_that_are_no_control_database) {
  {
    auto raw = control::Database::open(path(), control::Database::Mode::read_write);
    ASSERT_TRUE(raw && raw->run("CREATE TABLE other (x)"));
  }
  const auto foreign = make_sqlite_control_store(path());
  ASSERT_FALSE(foreign);
  EXPECT_THAT(foreign.error().what, HasSubstr("another program"));

  const std::string text = path() + ".txt";
  std::ofstream(text) << std::string(8192, 'x');
  const auto garbage = make_sqlite_control_store(text);
  ASSERT_FALSE(garbage);
  EXPECT_EQ(garbage.error().code, Errc::corrupt);

  const auto nowhere = make_sqlite_control_store(path() + ".missing/control.db");
  ASSERT_FALSE(nowhere);
  EXPECT_EQ(nowhere.error().code, Errc::io);
}

}  // namespace
}  // namespace tidemark::store
