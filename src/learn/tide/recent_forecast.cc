// Forecast for slots below 20 hours: least squares on differences to the last value.
#include <algorithm>
#include <array>
#include <cmath>

#include "learn/tide/beat.h"
#include "learn/tide/forecast.h"
#include "learn/tide/rls.h"
#include "learn/tide/season.h"

namespace tidemark::learn::tide {
namespace {

constexpr int kDay = 86'400;
constexpr int kWeek = 7 * kDay;
constexpr double kBeyond = 3;       // scales a forecast may leave the range of its inputs by
constexpr double kInputMax = 1e4;   // inputs are clipped here
constexpr double kLossRate = 0.02;  // of the running losses that the divergence guard compares
constexpr double kGuard = 2;        // reset when the model's loss passes this part of naive's
constexpr double kPrecisionMax = 5;
constexpr int kFitFrom = 3;       // values before the first least squares step
constexpr int kNaiveUntil = 12;   // values after which the model may correct the last value
constexpr int kSparsePasses = 4;  // of a season's bucket before it counts in sparse series

double speed(Adaptation adaptation) {
  if (adaptation == Adaptation::slow) return 0.5;
  return adaptation == Adaptation::fast ? 2 : 1;
}

class RecentForecast final : public Forecast {
 public:
  explicit RecentForecast(const DetectorConfig& config)
      : slot_s_(std::chrono::duration<double>(config.cadence).count()),
        speed_(speed(config.adaptation)),
        day_last_(kDay, bucket(300), slot_s_, 1),
        day_mean_(kDay, bucket(300), slot_s_, std::min(0.2 * speed_, 1.0)),
        week_(kWeek, bucket(1800), slot_s_, std::min(0.3 * speed_, 1.0)),
        beat_(slot_s_) {
    const double slots_a_day = std::max(1.0, kDay / slot_s_);
    forget_ = 1 - speed_ / std::max(2000.0, 3 * slots_a_day);
    level_rate_ = speed_ / std::max(20.0, slots_a_day);
  }

  [[nodiscard]] Guess guess(const Slot& at, bool sparse) const override {
    const Inside& now = look(at, sparse);
    return {guess_of(now), far_of(now.places) + now.lift, now.lift, beat_.unrest(by_both(at))};
  }

  std::optional<double> learn(const Slot& at, const Lesson& lesson) override {
    const Inside now = look(at, lesson.sparse);
    const double flat = lesson.value - now.lift;
    if (count_ >= kFitFrom) fit(now, lesson);
    day_last_.learn(at.second_of_day, flat);
    day_mean_.learn(at.second_of_day, lesson.tame - now.lift);
    week_.learn(at.weekday * kDay + at.second_of_day, lesson.tame - now.lift);
    count_ = std::min(count_ + 1, 1'000'000);
    level_ += (lesson.tame - now.lift - level_) * std::max(level_rate_, 1.0 / count_);
    if (count_ >= 2) unit_ += (lesson.scale - unit_) * std::max(0.002, 1.0 / (count_ - 1));
    unit_ = std::max(unit_, 1e-300);
    const double expected = guess_of(now);
    push(flat, now.places);
    if (count_ == kNaiveUntil) settle();
    return listen(by_both(at), expected, lesson, false);
  }

  void skip(const Slot& at, double expected, const Lesson& held) override {
    const Inside now = look(at, false);
    push(expected - now.lift, now.places);
    listen(by_both(at), expected, held, true);
  }

  void shift(double by) override {
    const auto move = [by](double& v) { v = std::clamp(v + by, -kHuge, kHuge); };
    for (double& v : last_)
      move(v);
    move(level_);
    kept_.slot.reset();
  }

  [[nodiscard]] double level() const override { return level_; }
  void save(StateWriter& out) const override { visit(*this, out); }
  void restore(StateReader& in) override {
    visit(*this, in);
    kept_.slot.reset();
  }

 private:
  /// Values of the seasons at a slot; the last value where a season knows nothing yet.
  enum Kind : std::size_t { day_last, day_mean, week, kinds };
  struct Places {
    std::array<double, kinds> value{};
    std::array<bool, kinds> known{};
  };

  /// Whatever is needed of a slot to guess it and to learn it.
  struct Inside {
    std::optional<Slot> slot;  // nullopt: nothing is kept
    bool sparse = false;
    Places places;
    Rls::Inputs inputs{};
    double correction = 0;
    double lift = 0;  // of the beat: all else is of the series without it
  };

  [[nodiscard]] double guess_of(const Inside& now) const {
    double out = last_[0];
    if (count_ >= kNaiveUntil) out += now.correction;
    return out + now.lift;
  }

  [[nodiscard]] const Inside& look(const Slot& at, bool sparse) const {
    if (kept_.slot == at && kept_.sparse == sparse) return kept_;
    kept_.slot = at;
    kept_.sparse = sparse;
    kept_.places = places(at, sparse);
    kept_.inputs = inputs(kept_.places);
    kept_.correction = correction(kept_.inputs);
    kept_.lift = beat_.lift(by_both(at));
    return kept_;
  }

  [[nodiscard]] Beat::At by_both(const Slot& at) const {
    const std::int64_t ahead = (at.second_of_day - at.start.s() % kDay + 2 * kDay) % kDay;
    return {at.index, at.index + static_cast<std::int64_t>(static_cast<double>(ahead) / slot_s_)};
  }

  [[nodiscard]] int bucket(int at_least_s) const {
    return std::max(at_least_s, static_cast<int>(slot_s_ + 0.5));
  }

  [[nodiscard]] Places places(const Slot& at, bool sparse) const {
    const int passes = sparse ? kSparsePasses : 1;
    const std::array<std::optional<double>, kinds> found{
        day_last_.at(at.second_of_day, passes),
        day_mean_.at(at.second_of_day, passes),
        week_.at(at.weekday * kDay + at.second_of_day, passes)};
    Places out;
    for (std::size_t i = 0; i < kinds; ++i) {
      out.known[i] = found[i].has_value();
      out.value[i] = found[i].value_or(last_[0]);
    }
    return out;
  }

  [[nodiscard]] double far_of(const Places& now) const {
    if (now.known[week]) return now.value[week];
    return now.known[day_mean] ? now.value[day_mean] : level_;
  }

  [[nodiscard]] Rls::Inputs inputs(const Places& now) const {
    Rls::Inputs x{};
    const auto put = [&](std::size_t i, double value) {
      x[i] = std::clamp((value - last_[0]) / unit_, -kInputMax, kInputMax);
    };
    put(0, last_[1]);
    put(1, last_[2]);
    for (std::size_t i = 0; i < kinds; ++i) {
      if (!now.known[i]) continue;
      put(2 + 2 * i, now.value[i]);
      put(3 + 2 * i, before_[i]);
    }
    put(8, level_);
    put(9, last_[3]);
    return x;
  }

  /// What the model adds to the last value, kept near the range its inputs span.
  [[nodiscard]] double correction(const Rls::Inputs& x) const {
    double low = 0;
    double high = 0;
    for (const double v : x) {
      low = std::min(low, v);
      high = std::max(high, v);
    }
    return unit_ * std::clamp(rls_.predict(x), low - kBeyond, high + kBeyond);
  }

  void fit(const Inside& now, const Lesson& lesson) {
    const double step = lesson.value - now.lift - last_[0];
    const double target = std::clamp(step / unit_, -kInputMax, kInputMax);
    const double error = std::abs(target - now.correction / unit_);
    const double cap = lesson.clip * 2;
    const double rate = std::max(kLossRate, 1.0 / count_);
    loss_ += (std::min(error, cap) - loss_) * rate;
    naive_loss_ += (std::min(std::abs(target), cap) - naive_loss_) * rate;
    const double excess = error * unit_ / lesson.scale;
    // Weighted by the precision of the slot: an error of a calm hour says more than one of a busy.
    const double precision = std::clamp(unit_ / lesson.scale, 0.05, kPrecisionMax);
    const double tame = std::min(1.0, lesson.clip / std::max(excess, 1e-9));
    rls_.learn(now.inputs, target, tame * precision, forget_);
    if (count_ > 2 * kNaiveUntil && loss_ > kGuard * naive_loss_) {
      rls_.reset();
      loss_ = naive_loss_;
    }
  }

  /// The newest values, which the beat's lift was taken from, follow when there is another lift.
  std::optional<double> listen(const Beat::At& at, double expected, const Lesson& of, bool held) {
    const auto lifts = [&] {
      std::array<double, 4> out{};
      for (std::size_t i = 0; i < out.size(); ++i) {
        const auto back = static_cast<std::int64_t>(i);
        out[i] = beat_.lift({at.slot - back, at.local - back});
      }
      return out;
    };
    const std::array<double, 4> before = lifts();
    const Beat::Turn turn = beat_.learn({at, of.value, of.tame, expected, of.scale, of.clip, held});
    if (turn == Beat::Turn::none || (turn == Beat::Turn::moved && held)) return std::nullopt;
    const std::array<double, 4> after = lifts();
    for (std::size_t i = 0; i < after.size(); ++i)
      last_[i] = std::clamp(last_[i] + before[i] - after[i], -kHuge, kHuge);
    kept_.slot.reset();
    if (turn == Beat::Turn::moved) return std::nullopt;
    if (turn == Beat::Turn::found && count_ * slot_s_ < kDay) forget_first_day();
    rls_.reset();
    loss_ = naive_loss_;
    return beat_.error();
  }

  /// It was learned with the lifts in it, and nothing else is known of the day yet.
  void forget_first_day() {
    for (Season* season : {&day_last_, &day_mean_, &week_})
      season->forget();
  }

  /// The first values are often those of a start-up: the level begins anew from the newest.
  void settle() {
    std::array<double, 4> sorted = last_;
    std::sort(sorted.begin(), sorted.end());
    level_ = sorted[1] + (sorted[2] - sorted[1]) / 2;
  }

  void push(double value, const Places& now) {
    if (count_ <= 1) last_.fill(value);
    std::shift_right(last_.begin(), last_.end(), 1);
    last_[0] = value;
    before_ = now.value;
    kept_.slot.reset();
  }

  template <typename Self, typename Archive>
  static void visit(Self& self, Archive& archive) {
    Rls::visit(self.rls_, archive);
    for (auto* season : {&self.day_last_, &self.day_mean_, &self.week_}) {
      Season::visit(*season, archive);
    }
    for (auto& v : self.last_)
      archive.real(v, -kHuge, kHuge);
    for (auto& v : self.before_)
      archive.real(v, -kHuge, kHuge);
    Beat::visit(self.beat_, archive);
    archive.real(self.level_, -kHuge, kHuge);
    archive.real(self.unit_, 1e-300, 2 * kHuge);
    archive.real(self.loss_, 0, 1e9);
    archive.real(self.naive_loss_, 0, 1e9);
    archive.whole(self.count_, 0, 1'000'000);
  }

  double slot_s_;
  double speed_;
  double forget_ = 1;
  double level_rate_ = 1;
  Rls rls_;
  Season day_last_;
  Season day_mean_;
  Season week_;
  Beat beat_;
  std::array<double, 4> last_{};        // newest first
  std::array<double, kinds> before_{};  // what the seasons said of the slot before
  double level_ = 0;
  double unit_ = 1e-300;
  double loss_ = 0;
  double naive_loss_ = 0;
  int count_ = 0;
  mutable Inside kept_;  // of the slot asked for last: to guess and to learn it take the same
};

}  // namespace

std::unique_ptr<Forecast> make_recent_forecast(const DetectorConfig& config) {
  return std::make_unique<RecentForecast>(config);
}

}  // namespace tidemark::learn::tide
