// What a lost or damaged file of the control database costs, and that it is noticed.
#include <fstream>

#include <gmock/gmock.h>

#include "store/control/sqlite.h"
#include "store/control/store_fixture.h"

namespace tidemark::store::control {
namespace {

using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr Instant kStart{seconds(100)};

class ControlLoss : public StoreFixture {
 protected:
  [[nodiscard]] std::unique_ptr<ControlDatabase> open_database() const {
    auto store = make_sqlite_control_store(path());
    EXPECT_TRUE(store.has_value()) << (store ? "" : store.error().what);
    return store ? *std::move(store) : nullptr;
  }
  /// The files as kill -9 would leave them now, in another place; without those of `lost`.
  [[nodiscard]] std::string killed(const std::string& lost = "none") const {
    const std::string to = path() + ".killed";
    for (const char* suffix : {"", "-wal", "-commits"}) {
      std::filesystem::remove(to + suffix);
      if (lost != suffix) std::filesystem::copy_file(path() + suffix, to + suffix);
    }
    return to;
  }
  [[nodiscard]] std::uintmax_t log_size() const {
    return std::filesystem::file_size(path() + "-wal");
  }
  static Error refusal(const std::string& at) {
    const auto refused = make_sqlite_control_store(at, true);
    EXPECT_FALSE(refused.has_value());
    return refused ? Error{} : refused.error();
  }
};

TEST_F(ControlLoss, a_database_that_must_be_there_is_not_made) {
  const Error missing = refusal(path());
  EXPECT_EQ(missing.code, Errc::not_found);
  EXPECT_THAT(missing.what, HasSubstr("control.db is missing"));
  EXPECT_FALSE(std::filesystem::exists(path()));
  std::ofstream(path()).flush();
  EXPECT_THAT(refusal(path()).what, HasSubstr("control.db is empty"));
}

TEST_F(ControlLoss, a_database_whose_tables_were_in_a_lost_log_is_refused_and_left_alone) {
  {
    auto raw = Database::open(path(), Database::Mode::read_write);
    ASSERT_TRUE(raw && raw->run("PRAGMA journal_mode=WAL"));
  }
  const std::string log = path() + "-wal";
  std::ofstream(log) << "damaged";
  EXPECT_THAT(refusal(path()).what, HasSubstr("control.db holds nothing"));
  EXPECT_TRUE(std::filesystem::exists(log));
}

TEST_F(ControlLoss, tables_do_not_hang_on_the_log_once_it_is_open) {
  const auto store = open_database();
  EXPECT_TRUE(make_sqlite_control_store(killed("-wal"), true));
}

TEST_F(ControlLoss, changes_leave_the_log_once_none_came_for_a_while) {
  const auto store = open_database();
  ASSERT_TRUE(store->commit_and_wait({document("a", "1")}));
  store->tick(kStart);
  store->tick(kStart + seconds(1));
  EXPECT_GT(log_size(), 0U);
  store->tick(kStart + seconds(2));
  ASSERT_TRUE(store->set_samples("x"));  // behind what the tick asked for
  const auto without = make_sqlite_control_store(killed("-wal"));
  ASSERT_TRUE(without);
  EXPECT_EQ((*without)->lost_commits(), 0);
  EXPECT_THAT(must((*without)->documents("alarm")), SizeIs(1));
}

TEST_F(ControlLoss, changes_that_never_end_leave_the_log_after_ten_seconds) {
  const auto store = open_database();
  for (int second = 0; second <= 10; ++second) {
    ASSERT_TRUE(store->commit_and_wait({document(std::to_string(second), "1")}));
    store->tick(kStart + seconds(second));
  }
  ASSERT_TRUE(store->set_samples("x"));
  const auto without = make_sqlite_control_store(killed("-wal"));
  ASSERT_TRUE(without);
  EXPECT_THAT(must((*without)->documents("alarm")), SizeIs(11));
}

TEST_F(ControlLoss, a_lost_log_is_noticed_once) {
  const auto store = open_database();
  ASSERT_TRUE(store->commit_and_wait({document("a", "1")}));
  ASSERT_TRUE(store->commit_and_wait({document("b", "1")}));
  const std::string at = killed("-wal");
  EXPECT_EQ(must(make_sqlite_control_store(at))->lost_commits(), 2);
  EXPECT_EQ(must(make_sqlite_control_store(at))->lost_commits(), 0);
}

TEST_F(ControlLoss, a_log_that_was_cut_short_is_noticed) {
  const auto store = open_database();
  ASSERT_TRUE(store->commit_and_wait({document("a", "1")}));
  ASSERT_TRUE(store->commit_and_wait({document("b", "1")}));
  const std::string at = killed();
  std::filesystem::resize_file(at + "-wal", std::filesystem::file_size(at + "-wal") - 1);
  const auto cut = must(make_sqlite_control_store(at));
  EXPECT_EQ(cut->lost_commits(), 1);
  EXPECT_THAT(must(cut->documents("alarm")), SizeIs(1));
}

TEST_F(ControlLoss, a_kill_loses_nothing_and_a_lost_count_is_no_loss) {
  const auto store = open_database();
  ASSERT_TRUE(store->commit_and_wait({document("a", "1")}));
  EXPECT_EQ(must(make_sqlite_control_store(killed()))->lost_commits(), 0);
  EXPECT_EQ(must(make_sqlite_control_store(killed("-commits")))->lost_commits(), 0);
  const std::string at = killed();
  std::ofstream(at + "-commits") << "garbage";
  EXPECT_EQ(must(make_sqlite_control_store(at))->lost_commits(), 0);
}

TEST_F(ControlLoss, knows_its_samples) {
  {
    const auto store = open_database();
    EXPECT_EQ(must(store->samples()), "");
    ASSERT_TRUE(store->set_samples("0b6fd1f4"));
    ASSERT_TRUE(store->clear());
  }
  EXPECT_EQ(must(open_database()->samples()), "0b6fd1f4");
}

}  // namespace
}  // namespace tidemark::store::control
