#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>

#include "act/runbook/event.h"
#include "act/runbook/process.h"
#include "act/standins/work_bench.h"
#include "base/worker.h"
#include "codec/json.h"

namespace tidemark::act::runbook {
namespace {

using namespace std::chrono_literals;
using standins::sample_transition;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

std::string content(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class ProcessTest : public ::testing::Test {
 protected:
  Result<ProgramEnd> run(std::vector<std::string> argv,
                         std::string_view input = "",
                         Duration timeout = 20s) {
    return run_program(
        {.argv = std::move(argv), .environment = {"ONLY=this"}, .input = input, .timeout = timeout},
        clock,
        stop);
  }
  SystemClock clock;
  StopSignal stop;
};

TEST_F(ProcessTest, hands_over_every_byte_and_keeps_what_is_printed) {
  constexpr char kHostile[] = "a\0$(touch x) `x` ; rm -rf / \n--\xFF\xFE";
  const std::string hostile(kHostile, sizeof kHostile - 1);
  const auto end = run({"/bin/cat"}, hostile);
  ASSERT_TRUE(end.has_value()) << end.error().what;
  EXPECT_EQ(end->how, ProgramEnd::How::exited);
  EXPECT_EQ(end->code, 0);
  EXPECT_EQ(end->output, hostile);
}

TEST_F(ProcessTest, takes_a_mebibyte_and_keeps_64_kibibytes) {
  const std::string large(1 << 20, 'x');
  EXPECT_EQ(run({"/usr/bin/wc", "-c"}, large)->output, "1048576\n");
  EXPECT_EQ(run({"/bin/cat"}, large)->output, std::string(kOutputMaxBytes, 'x'));
  EXPECT_EQ(run({"/bin/true"}, large)->code, 0) << "a program need not read its input";
}

TEST_F(ProcessTest, gives_a_clean_environment_directory_and_group) {
  EXPECT_EQ(run({"/usr/bin/env"})->output, "ONLY=this\n");
  EXPECT_EQ(run({"/bin/pwd"})->output, "/\n");
  EXPECT_EQ(run({"/bin/sh", "-c", "echo out; echo err >&2"})->output, "out\nerr\n");
  // No file of this process is open in it: three standard ones, and the one ls reads them through.
  EXPECT_EQ(run({"/bin/ls", "/proc/self/fd"})->output, "0\n1\n2\n3\n");
}

TEST_F(ProcessTest, tells_how_it_ended) {
  EXPECT_EQ(run({"/bin/sh", "-c", "exit 7"})->code, 7);
  const auto killed = run({"/bin/sh", "-c", "kill -SEGV $$"}).value();
  EXPECT_EQ(killed.how, ProgramEnd::How::killed_by_signal);
  EXPECT_EQ(killed.code, SIGSEGV);
  EXPECT_EQ(run({"/no/such/program"}).error().code, Errc::not_found);
  EXPECT_EQ(run({"/etc/passwd"}).error().code, Errc::denied);
}

TEST_F(ProcessTest, ends_what_takes_too_long_with_all_it_started) {
  const auto end = run({"/bin/sh", "-c", "/bin/sleep 1000 & echo $!; wait"}, "", 300ms).value();
  EXPECT_EQ(end.how, ProgramEnd::How::timed_out);
  const pid_t grandchild = std::stoi(end.output);
  // Killed; gone once its new parent has noticed, which may take a moment.
  const Instant start = clock.now();
  std::string state = "R";
  while (state != "" && state != "Z" && clock.now() - start < 10s) {
    const std::string stat = content("/proc/" + std::to_string(grandchild) + "/stat");
    state = stat.empty() ? "" : stat.substr(stat.rfind(')') + 2, 1);
  }
  EXPECT_TRUE(state.empty() || state == "Z") << state;
}

TEST_F(ProcessTest, kills_what_ignores_the_polite_signal) {
  const Instant start = clock.now();
  const auto end = run({"/bin/sh", "-c", "trap '' TERM; while :; do :; done"}, "", 100ms).value();
  EXPECT_EQ(end.how, ProgramEnd::How::timed_out);
  EXPECT_GE(clock.now() - start, kKillAfter);
}

TEST_F(ProcessTest, printing_without_end_does_not_escape_the_time_out) {
  const auto end = run({"/usr/bin/yes"}, "", 200ms).value();
  EXPECT_EQ(end.how, ProgramEnd::How::timed_out);
  EXPECT_EQ(end.output.size(), kOutputMaxBytes);
}

TEST_F(ProcessTest, does_not_wait_for_what_a_program_leaves_behind) {
  const Instant start = clock.now();
  const auto end = run({"/bin/sh", "-c", "/bin/sleep 1000 & echo done"}).value();
  EXPECT_EQ(end.how, ProgramEnd::How::exited);
  EXPECT_EQ(end.output, "done\n");
  EXPECT_LT(clock.now() - start, 10s);
}

TEST_F(ProcessTest, a_raised_stop_ends_what_runs_and_starts_nothing_more) {
  Worker other("stopper");
  other.post([this] { stop.raise(); });
  EXPECT_EQ(run({"/bin/sleep", "1000"})->how, ProgramEnd::How::stopped);
  EXPECT_EQ(run({"/bin/true"})->how, ProgramEnd::How::stopped);
}

class RunbookTest : public standins::Bench {
 protected:
  RunbookTest() : directory_(std::filesystem::path(::testing::TempDir()) / "tidemark-runbook") {
    std::filesystem::remove_all(directory_);
    std::filesystem::create_directories(directory_);
  }
  ~RunbookTest() override { std::filesystem::remove_all(directory_); }

  [[nodiscard]] std::string file(const char* name) const { return (directory_ / name).string(); }
  /// Defines a runbook of that shell text.
  void define(const std::string& name, const std::string& script) {
    define_runbook(name, {.argv = {"/bin/sh", "-c", script}, .timeout = 20s, .tries = 3});
  }
  void happen_and_settle(const Transition& transition, const std::string& action) {
    happen(transition, action);
    make_worker()->settle();
  }

  std::filesystem::path directory_;
};

TEST_F(RunbookTest, runs_with_the_event_on_its_input_and_the_delivery_id_in_its_environment) {
  define("restart", "cat > " + file("event") + "; env > " + file("env") + "; echo restarted");
  happen_and_settle(sample_transition(), "runbook:restart");
  const Delivery delivery = deliveries().at(0);
  EXPECT_EQ(delivery.state, "delivered");
  EXPECT_EQ(delivery.output, "restarted\n");
  const auto event = codec::read_json(content(file("event"))).value();
  EXPECT_EQ(event.text_at("alarm_name"), "records-read-anomaly");
  EXPECT_EQ(event.text_at("delivery_id"), delivery.id);
  EXPECT_EQ(event.list_at("evidence").size(), 9U);
  EXPECT_EQ(event.find("reason_data")->int_at("period"), 86400);
  const std::string environment = content(file("env"));
  EXPECT_THAT(environment, HasSubstr("TIDEMARK_DELIVERY_ID=" + delivery.id + "\n"));
  EXPECT_THAT(environment, HasSubstr("TIDEMARK_NEW_STATE=ALARM\n"));
  EXPECT_THAT(environment, Not(HasSubstr("HOME=")));
  EXPECT_EQ(actions_in_history().at(0).summary, "Successfully executed action runbook:restart");
}

TEST_F(RunbookTest, nothing_of_an_alarm_is_run_or_reaches_the_command_line) {
  const std::string marker = file("owned");
  define("show",
         "cat > " + file("event") + "; tr '\\0' '\\n' < /proc/$$/cmdline > " + file("argv") +
             "; env > " + file("env"));
  const std::string attacks[] = {"$(touch " + marker + ")",
                                 "`touch " + marker + "`",
                                 "x; touch " + marker + "; rm -rf " + file("event"),
                                 "x\ntouch " + marker,
                                 "-rf",
                                 "--",
                                 std::string("nul\0touch", 9),
                                 "() { :;}; touch " + marker,
                                 std::string(1 << 20, 'A')};
  int number = 0;
  for (const std::string& attack : attacks) {
    Transition t = sample_transition("t" + std::to_string(++number));
    t.alarm_name = t.alarm_description = t.reason = t.metric_title = attack;
    t.new_state = attack;
    happen_and_settle(t, "runbook:show");
    EXPECT_EQ(deliveries().at(0).state, "delivered") << deliveries().at(0).last_error;
    EXPECT_FALSE(std::filesystem::exists(marker)) << attack;
    const auto event = codec::read_json(content(file("event"))).value();
    EXPECT_EQ(event.text_at("alarm_name"), attack);
    EXPECT_EQ(event.text_at("reason"), attack);
    const std::string tail = attack.substr(0, 200);
    EXPECT_THAT(content(file("argv")), Not(HasSubstr(tail)));
    // "--" would be found in harmless places; the variable itself must not be there.
    EXPECT_THAT(content(file("env")), Not(HasSubstr("TIDEMARK_ALARM_NAME=")));
  }
}

TEST_F(RunbookTest, bytes_that_are_no_text_reach_it_as_replacement_characters) {
  define("show", "cat > " + file("event"));
  Transition t = sample_transition();
  t.reason = "caf\xE9 \xFF";
  happen_and_settle(t, "runbook:show");
  EXPECT_EQ(codec::read_json(content(file("event")))->text_at("reason"),
            "caf\xEF\xBF\xBD \xEF\xBF\xBD");
}

TEST_F(RunbookTest, is_tried_three_times_under_one_id_and_then_given_up) {
  define("broken",
         "echo $TIDEMARK_ATTEMPT $TIDEMARK_DELIVERY_ID >> " + file("runs") +
             "; echo why it failed; exit 4");
  happen(sample_transition(), "arn:tidemark:runbook:us-east-1:000000000000:broken");
  const auto worker = make_worker();
  for (int i = 0; i < 6; ++i, clock.advance(2min))
    worker->settle();
  const Delivery dead = deliveries("dead").at(0);
  EXPECT_EQ(dead.attempts, 3);
  EXPECT_EQ(dead.last_error, "exit code 4, at try 3 of 3");
  EXPECT_EQ(dead.output, "why it failed\n");
  EXPECT_EQ(content(file("runs")), "1 " + dead.id + "\n2 " + dead.id + "\n3 " + dead.id + "\n");
  EXPECT_THAT(actions_in_history().at(0).summary, HasSubstr("exit code 4"));
}

TEST_F(RunbookTest, that_is_not_configured_is_a_dead_letter_that_says_so) {
  happen_and_settle(sample_transition(), "runbook:nope");
  EXPECT_EQ(deliveries("dead").at(0).last_error,
            "there is no runbook \"nope\" in the configuration file");
  define_runbook("relative", {.argv = {"sh"}, .timeout = 1s, .tries = 3});
  happen_and_settle(sample_transition(), "runbook:relative");
  EXPECT_THAT(deliveries("dead").at(0).last_error, HasSubstr("absolute path"));
  define_runbook("gone", {.argv = {"/no/such/program"}, .timeout = 1s, .tries = 3});
  happen_and_settle(sample_transition(), "runbook:gone");
  EXPECT_THAT(deliveries("dead").at(0).last_error, HasSubstr("/no/such/program cannot be started"));
}

TEST_F(RunbookTest, is_written_to_the_audit_log_before_and_after_and_does_not_run_without) {
  define("mark", "touch " + file("ran"));
  store.refuse_when([](const std::vector<ControlChange>& changes) {
    return std::holds_alternative<AddAudit>(changes.front());
  });
  happen(sample_transition(), "runbook:mark");
  const auto worker = make_worker();
  worker->settle();
  EXPECT_FALSE(std::filesystem::exists(file("ran")));
  EXPECT_EQ(deliveries().at(0).state, "pending");
  store.refuse_when({});
  clock.advance(1min);
  worker->settle();
  EXPECT_TRUE(std::filesystem::exists(file("ran")));
  const auto audit = store.audit();
  ASSERT_THAT(audit, SizeIs(2));
  EXPECT_EQ(audit[0].what, "runbook.start");
  EXPECT_EQ(audit[1].what, "runbook.end");
  EXPECT_EQ(audit[1].object, "mark");
  EXPECT_THAT(audit[1].detail, HasSubstr("state delivered"));
}

TEST_F(RunbookTest, a_stopping_server_ends_it_and_the_next_start_runs_it_again) {
  define("slow", "echo run >> " + file("runs") + "; exec /bin/sleep 1000");
  happen(sample_transition(), "runbook:slow");
  {
    const auto worker = make_worker();
    worker->run_once();
    while (content(file("runs")).empty()) {
    }
    worker->stop();
  }
  EXPECT_EQ(deliveries().at(0).state, "pending");
  EXPECT_EQ(deliveries().at(0).last_error, "ended because the server stops");
  define("slow", "echo again >> " + file("runs"));
  clock.advance(1min);
  make_worker()->settle();
  EXPECT_EQ(content(file("runs")), "run\nagain\n");
  EXPECT_EQ(deliveries().at(0).state, "delivered");
}

}  // namespace
}  // namespace tidemark::act::runbook
