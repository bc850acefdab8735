#include "cli/detect/progress.h"

#include <gtest/gtest.h>

#include "testing/manual_clock.h"

namespace tidemark::cli::detect {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

struct World {
  testing::ManualClock clock{Timestamp::from_s(0)};
  std::string said;
  Progress progress(Progress::Options options) {
    return {clock, options, [this](std::string_view text) { said += text; }};
  }
};

TEST(Progress, a_short_run_says_nothing) {
  World run;
  Progress progress = run.progress({true, 1000});
  run.clock.advance(milliseconds(900));
  progress.update(900, 90);
  progress.finish();
  EXPECT_EQ(run.said, "");
}

TEST(Progress, a_terminal_sees_a_bar_with_rate_and_time_left_that_goes_away) {
  World run;
  Progress progress = run.progress({true, 1000});
  run.clock.advance(seconds(2));
  progress.update(500, 4000);
  EXPECT_NE(run.said.find("[############............]  50 %"), std::string::npos) << run.said;
  EXPECT_NE(run.said.find("2,000 a second  0:02 left"), std::string::npos) << run.said;
  const std::size_t length = run.said.size();
  progress.update(501, 4001);
  EXPECT_EQ(run.said.size(), length);  // five times a second is often enough
  progress.finish();
  EXPECT_TRUE(run.said.ends_with("\r\x1b[K"));
}

TEST(Progress, elsewhere_it_is_a_plain_line_each_half_minute) {
  World run;
  Progress progress = run.progress({false, 1000});
  run.clock.advance(seconds(29));
  progress.update(100, 10);
  EXPECT_EQ(run.said, "");
  run.clock.advance(seconds(1));
  progress.update(250, 30);
  EXPECT_EQ(run.said, "tidemark: 25 %, 30 rows, 1 a second, 1:30 left\n");
  progress.finish();
}

TEST(Progress, a_pipe_has_no_end_to_tell_of) {
  World run;
  Progress progress = run.progress({true, std::nullopt});
  run.clock.advance(seconds(4));
  progress.update(100, 8000);
  EXPECT_EQ(run.said, "\r8,000 rows, 2,000 a second\x1b[K");
}

}  // namespace
}  // namespace tidemark::cli::detect
