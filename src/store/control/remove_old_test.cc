#include <gmock/gmock.h>

#include "store/control/sqlite.h"
#include "store/control/store_fixture.h"

namespace tidemark::store::control {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using RemoveOldTest = StoreFixture;

TEST_F(RemoveOldTest, removes_what_is_old_but_never_what_waits) {
  auto store = open();
  const auto at = [](int day) { return Timestamp::from_s(86'400LL * day); };
  for (const int day : {1, 2, 3}) {
    const std::string name = std::to_string(day);
    OutboxRow row = RemoveOldTest::row("t" + name, "topic");
    row.at = at(day);
    Delivery sent = delivery("sent" + name, "a");
    Delivery waiting = delivery("waiting" + name, "b");
    sent.state = "delivered";
    sent.created_at = waiting.created_at = at(day);
    ASSERT_TRUE(store->commit_and_wait(
        {item("a", at(day), name), AddAudit{at(day), "who", name, "", ""}, row}));
    const auto id = must(store->unexpanded_outbox(1)).at(0).id;
    ASSERT_TRUE(store->commit_and_wait({ExpandOutbox{id, {sent, waiting}}}));
  }
  OutboxRow unexpanded = row("t0", "topic");
  unexpanded.at = at(0);
  ASSERT_TRUE(store->commit_and_wait({unexpanded, RemoveOld{at(3)}}));

  const auto history = must(store->history({}));
  ASSERT_THAT(history, SizeIs(1));
  EXPECT_EQ(history[0].summary, "3");
  std::vector<std::string> left;
  for (const Delivery& each : must(store->deliveries({})))
    left.push_back(each.id);
  EXPECT_THAT(left, ElementsAre("waiting3", "sent3", "waiting2", "waiting1"));
  EXPECT_THAT(must(store->unexpanded_outbox(9)), SizeIs(1));
  const auto count = [this](const char* table) {
    auto raw = Database::open(path(), Database::Mode::read_only);
    auto select = raw->prepare(std::string("SELECT count(*) FROM ") + table);
    EXPECT_TRUE(must(select->step()));
    return select->number(0);
  };
  EXPECT_EQ(count("audit"), 1);
  EXPECT_EQ(count("outbox"), 4);  // each still has a delivery that waits, or is not expanded

  Delivery taken = delivery("waiting1", "b");
  taken.state = "dead";
  ASSERT_TRUE(store->commit_and_wait({UpdateDelivery{taken}, RemoveOld{at(3)}}));
  EXPECT_EQ(count("outbox"), 3);
  EXPECT_EQ(count("delivery"), 3);
}

TEST_F(RemoveOldTest, removes_no_more_than_its_limit_at_once) {
  auto store = open();
  std::vector<ControlChange> many;
  for (int i = 0; i < kRemoveAtOnce + 5; ++i)
    many.emplace_back(item("a", Timestamp::from_s(i), std::to_string(i)));
  ASSERT_TRUE(store->commit_and_wait(std::move(many)));
  ASSERT_TRUE(store->commit_and_wait({RemoveOld{Timestamp::from_s(1'000'000)}}));
  const auto left = must(store->history({}));
  ASSERT_THAT(left, SizeIs(5));
  EXPECT_EQ(left.back().summary, std::to_string(kRemoveAtOnce));
  ASSERT_TRUE(store->commit_and_wait({RemoveOld{Timestamp::from_s(1'000'000)}}));
  EXPECT_THAT(must(store->history({})), IsEmpty());
}

}  // namespace
}  // namespace tidemark::store::control
