// What survives when the process or the disk gives up in the middle.
#include <csignal>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/random.h"
#include "store/control/store_fixture.h"

namespace tidemark::store::control {
namespace {

/// Each step of the child is one commit that touches three tables.
std::vector<ControlChange> step(int number) {
  const std::string text = std::to_string(number);
  return {PutDocument{{.collection = "alarm_state", .key = "a", .body = text}},
          HistoryItem{.id = 0,
                      .alarm_name = "a",
                      .alarm_type = "MetricAlarm",
                      .type = "StateUpdate",
                      .at = Timestamp::from_s(number),
                      .summary = text,
                      .data = ""},
          OutboxRow{.id = 0,
                    .transition_id = text,
                    .action = "topic",
                    .at = Timestamp::from_s(number),
                    .body = std::string(2000, 'x'),
                    .kind = "transition"}};
}

/// In the child: commits steps from `first` for ever, and tells `acknowledged` each that is done.
[[noreturn]] void commit_for_ever(const std::string& path, int first, int acknowledged) {
  auto store = make_sqlite_control_store(path);
  if (!store) ::_exit(1);
  for (int number = first;; number += 4) {
    for (int i = 0; i < 4; ++i) {
      const int mine = number + i;
      (*store)->commit(step(mine), [mine, acknowledged](const Result<void>& result) {
        if (!result || ::write(acknowledged, &mine, sizeof mine) != sizeof mine) ::_exit(2);
      });
    }
    if (!(*store)->commit_and_wait({})) ::_exit(3);
  }
}

/// Starts the child, kills it after `acks` acknowledgements; the last step it acknowledged.
int run_and_kill(const std::string& path, int first, int acks) {
  int ends[2];
  EXPECT_EQ(::pipe(ends), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(ends[0]);
    commit_for_ever(path, first, ends[1]);
  }
  ::close(ends[1]);
  int last = -1;
  int number = 0;
  int count = 0;
  bool killed = false;
  while (::read(ends[0], &number, sizeof number) == sizeof number) {
    last = number;
    if (++count >= acks && !killed) {
      ::kill(child, SIGKILL);
      killed = true;
    }
  }
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status)) << "the child ended by itself with " << status;
  return last;
}

using ControlStoreCrash = StoreFixture;

TEST_F(ControlStoreCrash, every_acknowledged_commit_is_whole_after_kill_9) {
  const auto random = make_seeded_random(7);
  int next = 0;
  for (int cycle = 0; cycle < 12; ++cycle) {
    const int acks = 1 + static_cast<int>(random->next() % 60);
    const int last = run_and_kill(path(), next, acks);
    ASSERT_GE(last, next);

    auto store = open();
    HistoryQuery everything;
    everything.newest_first = false;
    everything.limit = 1'000'000;
    const auto history = store->history(everything).value();
    ASSERT_GT(history.size(), static_cast<std::size_t>(last)) << "cycle " << cycle;
    for (std::size_t i = 0; i < history.size(); ++i) {
      ASSERT_EQ(history[i].summary, std::to_string(i));
    }
    const auto outbox = store->unexpanded_outbox(1'000'000).value();
    EXPECT_EQ(outbox.size(), history.size());
    const auto state = store->documents("alarm_state").value();
    ASSERT_EQ(state.size(), 1U);
    EXPECT_EQ(state[0].body, history.back().summary);
    next = static_cast<int>(history.size());
  }
}

/// In a child, where a limit on file size stands for a full disk. Exit code: where it failed.
int fill_the_disk(const std::string& path) {
  auto store = make_sqlite_control_store(path);
  if (!store) return 1;
  struct sigaction ignore{};
  ignore.sa_handler = SIG_IGN;
  ::sigaction(SIGXFSZ, &ignore, nullptr);
  rlimit limit{};
  ::getrlimit(RLIMIT_FSIZE, &limit);
  const rlim_t plenty = limit.rlim_cur;
  limit.rlim_cur = 400'000;
  ::setrlimit(RLIMIT_FSIZE, &limit);
  int written = 0;
  Result<void> result;
  for (; result && written < 1000; ++written) {
    result = (*store)->commit_and_wait({PutDocument{
        {.collection = "alarm", .key = std::to_string(written), .body = std::string(5000, 'x')}}});
  }
  if (result || result.error().code != Errc::io) return 2;
  --written;  // the last one was refused
  if ((*store)->documents("alarm").value().size() != static_cast<std::size_t>(written)) return 3;
  limit.rlim_cur = plenty;
  ::setrlimit(RLIMIT_FSIZE, &limit);
  if (!(*store)->commit_and_wait({PutDocument{{.collection = "alarm", .key = "z", .body = "z"}}})) {
    return 4;
  }
  return (*store)->documents("alarm").value().size() == static_cast<std::size_t>(written) + 1 ? 0
                                                                                              : 5;
}

TEST_F(ControlStoreCrash, a_full_disk_refuses_commits_and_loses_none_it_took) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(fill_the_disk(path()));
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
  const auto documents = open()->documents("alarm").value();
  EXPECT_GT(documents.size(), 10U);
}

}  // namespace
}  // namespace tidemark::store::control
