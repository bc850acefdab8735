#include "judge/run/run_days.h"

#include <cmath>

#include <gtest/gtest.h>

#include "judge/run/model_run.h"
#include "query/period_stats.h"

namespace tidemark::judge {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Duration kDay = hours(24);
const std::string kBerlin = "Europe/Berlin";

Timestamp utc(const std::string& date, Duration time = Duration(0)) {
  return *parse_rfc3339(date + "T00:00:00Z") + time;
}
Timestamp local(const std::string& zone, Timestamp day, Duration time) {
  return Zone(zone).at_local((day + time).s());
}
std::string text(Timestamp at) {
  return format_rfc3339(at).substr(0, 10);
}
RunDays learned(const std::string& zone, const std::vector<Timestamp>& runs) {
  RunDays out(zone, kDay);
  for (const Timestamp at : runs)
    out.learn(at, at);
  return out;
}
/// Daily at that time of the zone's clocks.
std::vector<Timestamp> local_runs(const std::string& zone,
                                  const char* from,
                                  const char* to,
                                  Duration time) {
  std::vector<Timestamp> out;
  for (Timestamp day = utc(from); day < utc(to); day = day + kDay)
    out.push_back(local(zone, day, time + seconds(day.s() / 86'400 * 7 % 11 * 13)));
  return out;
}
std::vector<Timestamp> utc_runs(const char* from, const char* to, Duration time) {
  return local_runs("", from, to, time);
}

TEST(RunDays, one_day_has_no_run_and_another_has_two_when_clocks_change_around_midnight) {
  const RunDays days =
      learned(kBerlin, local_runs(kBerlin, "2013-08-01", "2013-09-01", hours(1) + minutes(30)));
  ASSERT_TRUE(days.known());
  for (const auto& [period, date, runs] : {std::tuple{"2013-10-25", "2013-10-26", 1},
                                           {"2013-10-26", "2013-10-27", 1},
                                           {"2013-10-27", "2013-10-28", 0},
                                           {"2013-10-28", "2013-10-28", 1},
                                           {"2014-03-30", "2014-03-30", 2},
                                           {"2014-03-31", "2014-04-01", 1}}) {
    EXPECT_EQ(text(days.date_of(utc(period))), date) << period;
    EXPECT_EQ(days.runs_in(utc(period)), runs) << period;
  }
  RunDays asked = days;
  for (const char* date : {"2013-10-26", "2013-10-27", "2013-10-28", "2014-03-30", "2014-03-31"}) {
    const Timestamp at = local(kBerlin, utc(date), hours(2));
    EXPECT_EQ(text(asked.run_at(at)), date);
    EXPECT_EQ(days.period_of(utc(date)),
              local(kBerlin, utc(date), hours(1) + minutes(30)).floor_to(kDay));
  }
}

// UTC+14 and UTC-11, and the half hours of Lord Howe Island.
TEST(RunDays, days_are_those_of_the_zone_however_far_it_is) {
  for (const char* zone : {"Pacific/Kiritimati", "Pacific/Pago_Pago", "Australia/Lord_Howe"}) {
    for (int minute = 5; minute < 24 * 60; minute += 175) {
      const auto runs = local_runs(zone, "2013-01-01", "2014-01-01", minutes(minute));
      RunDays days(zone, kDay);
      Timestamp day = utc("2013-01-01");
      for (const Timestamp at : runs) {
        if (days.known()) {
          EXPECT_EQ(days.run_at(at), day) << zone << " " << minute;
          if (days.period_of(day - kDay) != at.floor_to(kDay)) {
            EXPECT_EQ(days.date_of(at.floor_to(kDay)), day) << zone << " " << minute;
          }
        }
        days.learn(at, at);
        day = day + kDay;
      }
      EXPECT_TRUE(days.known());
    }
  }
}

// A scheduler may well go by UTC although its metric has a zone: its days are not moved.
TEST(RunDays, a_job_that_goes_by_utc_keeps_its_days) {
  for (const int minute : {30, 4 * 60, 22 * 60 + 30, 23 * 60 + 30}) {
    SCOPED_TRACE(minute);
    const auto runs = utc_runs("2013-08-01", "2014-06-01", minutes(minute));
    RunDays days(kBerlin, kDay);
    Duration shift(0);
    int wrong = 0;
    for (const Timestamp at : runs) {
      const Timestamp start = at.floor_to(kDay);
      if (at == runs.front()) {
        days.begin(at);
        shift = days.date_of(start) - start;
      }
      wrong += days.date_of(start) != start + shift || days.runs_in(start) != 1 ? 1 : 0;
      days.learn(at, at);
    }
    EXPECT_LE(wrong, 2);  // until the first change has told
    EXPECT_EQ(days.date_of(utc("2014-11-01")) - utc("2014-11-01"), shift);
  }
}

TEST(RunDays, irregular_runs_many_a_day_no_zone_and_other_periods_have_no_usual_time) {
  std::vector<Timestamp> irregular;
  for (int day = 0; day < 30; ++day)
    irregular.push_back(utc("2013-08-01") + kDay * day + hours(day * 7 % 24));
  EXPECT_FALSE(learned(kBerlin, irregular).known());
  RunDays many(kBerlin, kDay);
  for (int day = 0; day < 30; ++day) {
    const Timestamp start = utc("2013-08-01") + kDay * day;
    many.learn(start, start + hours(23));
  }
  EXPECT_FALSE(many.known());
  const auto runs = local_runs(kBerlin, "2013-08-01", "2013-09-01", hours(6));
  EXPECT_FALSE(learned("", runs).known());
  for (const Duration period : {hours(1), hours(20), hours(36)}) {
    RunDays other(kBerlin, period);
    for (const Timestamp at : runs)
      other.learn(at, at);
    EXPECT_FALSE(other.known());
  }
}

TEST(RunDays, another_time_of_day_is_learned_anew) {
  auto runs = local_runs(kBerlin, "2013-06-01", "2013-08-01", hours(6));
  const auto later = local_runs(kBerlin, "2013-08-01", "2013-10-01", hours(20));
  runs.insert(runs.end(), later.begin(), later.end());
  RunDays days = learned(kBerlin, runs);
  ASSERT_TRUE(days.known());
  EXPECT_EQ(text(days.run_at(local(kBerlin, utc("2013-10-20"), hours(23)))), "2013-10-20");
  EXPECT_EQ(text(days.date_of(utc("2013-10-20"))), "2013-10-20");
}

TEST(RunDays, goes_on_from_its_saved_state_and_refuses_what_it_cannot_be) {
  const auto runs = local_runs(kBerlin, "2013-08-01", "2014-06-01", hours(1) + minutes(30));
  RunDays lived(kBerlin, kDay);
  RunDays restored(kBerlin, kDay);
  for (const Timestamp at : runs) {
    lived.learn(at, at);
    restored.learn(at, at);
    ByteSink kept;
    lived.save(kept);
    restored = RunDays(kBerlin, kDay);
    ByteSource in(kept.view());
    ASSERT_TRUE(restored.restore(in));
    EXPECT_TRUE(in.empty());
    ByteSink again;
    restored.save(again);
    ASSERT_EQ(again.view(), kept.view());
    ASSERT_EQ(restored.date_of(at.floor_to(kDay)), lived.date_of(at.floor_to(kDay)));
  }
  ByteSink kept;
  lived.save(kept);
  for (std::size_t cut = 0; cut < kept.size(); ++cut) {
    ByteSource part(kept.view().substr(0, cut));
    EXPECT_FALSE(RunDays(kBerlin, kDay).restore(part));
  }
  for (const auto& [mean, spread, shift] :
       {std::tuple{-1e9, 0.0, 0}, {0.0, -1.0, 0}, {std::nan(""), 0.0, 0}, {0.0, 0.0, 5}}) {
    ByteSink wild;
    wild.u8(3);
    wild.varint(1);
    for (const double real : {mean, spread, 0.0, 0.0, 0.0})
      wild.f64(real);
    wild.svarint(0);
    wild.svarint(shift);
    ByteSource from(wild.view());
    EXPECT_FALSE(RunDays(kBerlin, kDay).restore(from)) << mean << " " << spread << " " << shift;
  }
}

/// A model of a job that runs at half past one, over both changes.
class RunDaysModelTest : public ::testing::Test {
 protected:
  RunDaysModelTest() {
    spec_.target.metric = MetricRef{};
    spec_.target.stat = *parse_statistic("Sum");
    spec_.choices.timezone = kBerlin;
    spec_.created_at = utc("2013-08-01");
    runs_ = local_runs(kBerlin, "2013-06-01", "2014-06-01", hours(1) + minutes(30));
    for (const Timestamp at : runs_) {
      const auto day = (at + hours(1)).s() / 86'400;  // of winter; in summer it is past it, too
      samples_.push_back({at, Cell::of(100 + static_cast<double>(day % 7 * 40 + day * 5 % 11))});
    }
  }
  /// What is found of the same values at noon, which no change of the clocks moves to another day.
  std::string found_at_noon() const {
    DetectorSpec spec = spec_;
    spec.choices.timezone.clear();
    ModelRun run(spec, kDay);
    for (Sample each : samples_) {
      each.at = (each.at + hours(1)).floor_to(kDay) + hours(12);
      run.feed({&each, 1}, each.at);
    }
    return found_text(run);
  }
  void pass(ModelRun* run, std::size_t i) const {
    const Sample& sample = samples_[i];
    run->advance(sample.at);
    run->feed({&sample, 1}, sample.at);
  }
  static std::string state_of(const ModelRun& run) {
    ByteSink out;
    run.save(out);
    return std::string(out.view());
  }
  /// Without their times: a run some minutes before midnight has the date of the day before.
  static std::string found_text(ModelRun& run) {
    std::string out;
    for (const Sample& each : run.take_found()) {
      const auto& finding = std::get<Finding>(each.value);
      out += std::string(to_text(finding.kind)) + " " + std::to_string(finding.value) + "\n";
    }
    return out;
  }
  /// But for the mark of a replay.
  static void expect_same_bands(const std::vector<Sample>& a, const std::vector<Sample>& b) {
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
      ASSERT_EQ(a[i].at, b[i].at);
      auto band = std::get<IssuedBand>(b[i].value);
      band.replay = std::get<IssuedBand>(a[i].value).replay;
      ASSERT_EQ(std::get<IssuedBand>(a[i].value), band) << format_rfc3339(a[i].at);
    }
  }
  DetectorSpec spec_;
  std::vector<Timestamp> runs_;
  std::vector<Sample> samples_;
};

TEST_F(RunDaysModelTest, a_state_that_is_kept_and_restored_each_day_goes_on_bit_for_bit) {
  ModelRun lived(spec_, kDay);
  auto restored = std::make_unique<ModelRun>(spec_, kDay);
  std::string found, found_restored;
  for (std::size_t i = 0; i < samples_.size(); ++i) {
    pass(&lived, i);
    pass(restored.get(), i);
    ASSERT_EQ(state_of(lived), state_of(*restored)) << format_rfc3339(runs_[i]);
    expect_same_bands(lived.take_issued(), restored->take_issued());
    found += found_text(lived);
    found_restored += found_text(*restored);
    const std::string state = state_of(lived);
    restored = std::make_unique<ModelRun>(spec_, kDay);
    ByteSource in(state);
    ASSERT_TRUE(restored->restore(in));
    ASSERT_TRUE(in.empty());
  }
  EXPECT_EQ(found, found_at_noon());
  EXPECT_EQ(found_restored, found);
}

TEST_F(RunDaysModelTest, replayed_history_has_the_bands_that_were_issued_live) {
  ModelRun lived(spec_, kDay);
  for (std::size_t i = 0; i < samples_.size(); ++i)
    pass(&lived, i);
  ModelRun replayed(spec_, kDay);
  replayed.replay(query::fold_into_periods(samples_, kDay), samples_.back().at);
  expect_same_bands(lived.take_issued(), replayed.take_issued());
  EXPECT_EQ(found_text(lived), found_at_noon());
  EXPECT_EQ(found_text(replayed), found_at_noon());
}

TEST_F(RunDaysModelTest, runs_that_are_cut_off_after_any_day_have_the_same_bands_so_far) {
  ModelRun whole(spec_, kDay);
  std::vector<Sample> issued;
  for (std::size_t i = 0; i < samples_.size(); ++i) {
    pass(&whole, i);
    const auto more = whole.take_issued();
    issued.insert(issued.end(), more.begin(), more.end());
  }
  for (const char* cut : {"2013-10-26", "2013-10-27", "2013-10-28", "2014-03-30", "2014-03-31"}) {
    ModelRun part(spec_, kDay);
    for (std::size_t i = 0; i < samples_.size() && samples_[i].at < utc(cut); ++i)
      pass(&part, i);
    const auto bands = part.take_issued();
    ASSERT_GT(bands.size(), 100U);
    expect_same_bands(bands,
                      {issued.begin(), issued.begin() + static_cast<std::ptrdiff_t>(bands.size())});
  }
}

// Of a public holiday the job's own day is muted, not the UTC day that begins in it.
TEST_F(RunDaysModelTest, a_calendar_means_the_day_of_the_run) {
  spec_.choices.own.calendars.push_back({{"closed", {"2013-09-18"}}, true, false});
  for (const bool on_it : {true, false}) {
    ModelRun run(spec_, kDay);
    for (std::size_t i = 0; i < samples_.size() && samples_[i].at < utc("2013-09-22"); ++i) {
      if (samples_[i].at.floor_to(kDay) == utc(on_it ? "2013-09-17" : "2013-09-18")) {
        samples_[i].value = Cell::of(5000);
      }
      pass(&run, i);
    }
    EXPECT_EQ(run.take_found().empty(), on_it);
  }
}

}  // namespace
}  // namespace tidemark::judge
