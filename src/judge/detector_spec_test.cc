#include "judge/detector_spec.h"

#include <limits>

#include <gtest/gtest.h>

#include "judge/period_learner.h"
#include "judge/run/notes.h"

namespace tidemark::judge {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

DetectorSpec some_spec() {
  DetectorSpec out;
  out.id = "id-1";
  out.target.metric = MetricRef{"1", "eu-west-1", "ns", "mé\"tric", {{"a", "b"}}};
  out.target.stat = *parse_statistic("p99.9");
  out.choices.excluded = {{Timestamp::from_s(1), Timestamp::from_s(2)}};
  out.choices.timezone = "Europe/Berlin";
  out.choices.adaptation = AdaptationSpeed::fast;
  out.choices.filtering = OutlierFiltering::strict;
  out.choices.periodic_spikes = true;
  out.periods = {minutes(5), hours(24)};
  out.created_at = Timestamp::from_ns(123'456'789);
  return out;
}

TEST(DetectorSpec, json_round_trip) {
  const DetectorSpec spec = some_spec();
  const auto back = detector_spec_from_json(to_json(spec));
  ASSERT_TRUE(back) << back.error().what;
  EXPECT_EQ(*back, spec);
}

TEST(DetectorSpec, damaged_json_is_corrupt) {
  for (const char* text : {"", "{}", "[]", R"({"id":1})", "nonsense"}) {
    const Error error = detector_spec_from_json(text).error();
    EXPECT_EQ(error.code, Errc::corrupt) << text;
    EXPECT_TRUE(error.what.starts_with("kept detector: ")) << error.what;
    EXPECT_EQ(error.what.find("json.exception"), std::string::npos) << error.what;
  }
}

MathNote some_values() {
  const Timestamp at = Timestamp::from_s(3600 * 1000);
  return {"z",
          hours(1),
          77,
          at,
          at + hours(2),
          at + hours(9),
          {{at - hours(5), 1.5}, {at, -2}, {at + hours(1), 1e300}}};
}

TEST(Notes, values_of_metric_math_come_back_and_impossible_ones_are_refused) {
  const MathNote note = some_values();
  EXPECT_EQ(std::get<MathNote>(*decode_note(encode_note(note))), note);
  const MathHistoryNote history{note, 4, 1};
  EXPECT_EQ(std::get<MathHistoryNote>(*decode_note(encode_note(history))), history);
  MathNote infinite = note;
  infinite.values.back().value = std::numeric_limits<double>::infinity();
  EXPECT_EQ(decode_note(encode_note(infinite)).error().code, Errc::corrupt);
  MathNote twice = note;
  twice.values[1].start = twice.values[0].start;
  EXPECT_EQ(decode_note(encode_note(twice)).error().code, Errc::corrupt);
}

TEST(Notes, round_trip_and_truncation) {
  for (const Note& note : {Note(PutNote{some_spec()}),
                           Note(RemoveNote{"x"}),
                           Note(TimeNote{}),
                           Note(RebuildNote{"y", hours(1)}),
                           Note(ClearNote{}),
                           Note(some_values()),
                           Note(MathHistoryNote{some_values(), 4, 1})}) {
    const std::string bytes = encode_note(note);
    const auto back = decode_note(bytes);
    ASSERT_TRUE(back);
    EXPECT_EQ(back->index(), note.index());
    for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
      EXPECT_FALSE(decode_note(bytes.substr(0, cut))) << cut;
    }
  }
  EXPECT_EQ(decode_note("\x09").error().code, Errc::corrupt);
}

TEST(Cadence, jittered_daily_runs_are_daily) {
  PeriodLearner learner;
  std::vector<Sample> samples;
  for (int day = 0; day < 10; ++day) {
    samples.push_back({Timestamp::from_s(day * 86400 + (day * 977) % 5000), Cell::of(1)});
  }
  learner.feed(samples);
  EXPECT_EQ(learner.period(), std::optional<Duration>(hours(24)));
}

TEST(Cadence, needs_six_distinct_times) {
  PeriodLearner learner;
  for (int i = 0; i < 50; ++i) {
    const Sample sample{Timestamp::from_s(60 * (i % 5)), Cell::of(1)};
    learner.feed({&sample, 1});
  }
  EXPECT_FALSE(learner.period());
}

TEST(Cadence, a_gap_does_not_hide_the_minute) {
  PeriodLearner learner;
  std::vector<Sample> samples;
  for (int i = 0; i < 20; ++i) {
    samples.push_back({Timestamp::from_s(60 * i + (i > 10 ? 86400 : 0)), Cell::of(1)});
  }
  learner.feed(samples);
  EXPECT_EQ(learner.period(), std::optional<Duration>(minutes(1)));
}

}  // namespace
}  // namespace tidemark::judge
