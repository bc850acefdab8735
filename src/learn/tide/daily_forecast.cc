// Forecast for slots of 20 hours and more: level and trend, weekday, day of the month.
#include <algorithm>
#include <array>
#include <cmath>

#include "learn/tide/forecast.h"
#include "learn/tide/trial.h"

namespace tidemark::learn::tide {
namespace {

constexpr std::size_t kLevels = 4;
// Weight of the newest value in each level; the last level has a damped trend besides.
constexpr std::array<double, kLevels> kRate{0.04, 0.15, 0.9, 0.15};
constexpr double kTrendRate = 0.05;
constexpr double kTrendDamp = 0.9;
constexpr double kWeekdayRate = 0.08;
constexpr double kMonthRate = 0.15;
constexpr double kLossRate = 0.03;
constexpr double kSharpness = 12;    // how clearly a better level is preferred
constexpr int kWeekdayPasses = 3;    // of a weekday before weekdays count: three weeks
constexpr int kMonthPasses = 4;      // of a day of the month before its effect counts
constexpr double kMonthDoubt = 2.5;  // standard errors that a month effect must pass
constexpr double kMonthFar = 4;      // scales: how far one value alone may move a month effect
constexpr double kUnrestMost = 100;
constexpr double kMonthGain =
    0.97;  // with month effects, errors must fall to this part of those without

class DailyForecast final : public Forecast {
 public:
  explicit DailyForecast(const DetectorConfig& config) {
    if (config.adaptation == Adaptation::slow) speed_ = 0.5;
    if (config.adaptation == Adaptation::fast) speed_ = 2;
  }

  [[nodiscard]] Guess guess(const Slot& at, bool) const override {
    const double season = season_at(at);
    return {blended_level() + season, level_[0] + season, 0, unrest(at)};
  }

  std::optional<double> learn(const Slot& at, const Lesson& lesson) override {
    const double error = lesson.tame - (blended_level() + season_at(at));
    const auto weekday = weekday_of(at);
    note_recent(lesson.tame, weekday);
    const bool knew_week = in_week_;
    const bool knew_month = in_month_;
    if (in_week_) {
      learn_weekday(weekday, error);
    } else {
      gather_weekday(weekday, lesson.tame, error);
    }
    learn_month(at, missed(at, lesson.value), lesson.scale);
    learn_levels(lesson.tame - season_at(at), lesson);
    bound_all();
    if (in_week_ != knew_week) return week_trial_.better();
    if (in_month_ && !knew_month) return month_trial_.better();
    return std::nullopt;
  }

  void skip(const Slot& at, double, const Lesson& held) override {
    if (count_ == 0) return;
    learn_month(at, missed(at, held.value), held.scale);
    bound_all();
  }

  [[nodiscard]] bool recurs(const Slot& at, double value, double scale) const override {
    const std::size_t day = month_day_of(at);
    if (month_passes_[day] == 0 || (in_month_ && month_effect(day) != 0)) return false;
    return common(missed(at, value), month_last_[day]) > kMonthFar * scale;
  }

  void shift(double by) override {
    const auto move = [by](double& v) { v = std::clamp(v + by, -kHuge, kHuge); };
    for (double& v : level_)
      move(v);
    for (double& v : recent_)
      move(v);
  }

  [[nodiscard]] double level() const override { return level_[0]; }
  void save(StateWriter& out) const override { visit(*this, out); }
  void restore(StateReader& in) override { visit(*this, in); }

 private:
  static std::size_t weekday_of(const Slot& at) {
    return static_cast<std::size_t>(std::clamp(at.weekday, 0, 6));
  }
  /// Days of the month by number, but the last one of each month is a day of its own (0).
  static std::size_t month_day_of(const Slot& at) {
    if (at.day_of_month == at.days_in_month) return 0;
    return static_cast<std::size_t>(std::clamp(at.day_of_month, 0, 31));
  }

  [[nodiscard]] double season_at(const Slot& at) const {
    const double weekday = in_week_ ? weekday_[weekday_of(at)] : 0;
    return weekday + (in_month_ ? month_effect(month_day_of(at)) : 0);
  }

  /// How large errors are on days of the month that have an effect of their own, against others.
  [[nodiscard]] double unrest(const Slot& at) const {
    if (!in_month_ || month_effect(month_day_of(at)) == 0 || !(other_loss_ > 0)) return 1;
    return std::clamp(month_effects_.with() / other_loss_, 1.0, kUnrestMost);
  }

  [[nodiscard]] double missed(const Slot& at, double value) const {
    return value - (blended_level() + season_at(at));
  }

  /// What two distances on the same side of 0 have in common; 0 on different sides.
  static double common(double a, double b) {
    return (a > 0) == (b > 0) ? std::min(std::abs(a), std::abs(b)) : 0;
  }

  [[nodiscard]] double month_effect(std::size_t day) const {
    if (month_passes_[day] < kMonthPasses) return 0;
    const double doubt = kMonthDoubt * noise_ / std::sqrt(month_passes_[day]);
    return std::copysign(std::max(0.0, std::abs(month_[day]) - doubt), month_[day]);
  }

  [[nodiscard]] double blended_level() const {
    const double best = *std::min_element(loss_.begin(), loss_.end());
    double sum = 0;
    double weights = 0;
    for (std::size_t i = 0; i < kLevels; ++i) {
      const double excess = best > 0 ? loss_[i] / best - 1 : (loss_[i] > 0 ? 100 : 0);
      const double weight = std::exp(-kSharpness * std::min(excess, 80.0));
      // Differences to one level, so that adding a constant to the series adds it to the answer.
      sum += weight * (answer(i) - level_[0]);
      weights += weight;
    }
    return level_[0] + sum / weights;
  }

  [[nodiscard]] double answer(std::size_t i) const {
    return i + 1 == kLevels ? level_[i] + kTrendDamp * trend_ : level_[i];
  }

  /// Keeps sums of huge values inside of what restore() takes.
  void bound_all() {
    const auto bound = [](double& v) { v = std::clamp(v, -kHuge, kHuge); };
    std::for_each(level_.begin(), level_.end(), bound);
    std::for_each(weekday_.begin(), weekday_.end(), bound);
    std::for_each(month_.begin(), month_.end(), bound);
    std::for_each(month_last_.begin(), month_last_.end(), bound);
    std::for_each(recent_.begin(), recent_.end(), bound);
    bound(trend_);
  }

  void note_recent(double value, std::size_t weekday) {
    if (count_ == 0) recent_.fill(value);
    std::shift_right(recent_.begin(), recent_.end(), 1);
    recent_[0] = value;
    count_ = std::min(count_ + 1, 1'000'000);
    if (passes_[weekday] < 255) ++passes_[weekday];
  }

  /// Mean over one value of each weekday that occurs at all.
  [[nodiscard]] double week_mean() const {
    const auto occurring =
        std::count_if(passes_.begin(), passes_.end(), [](int n) { return n > 0; });
    const auto size = std::max<std::ptrdiff_t>(1, std::min<std::ptrdiff_t>(occurring, count_));
    double sum = 0;
    for (std::ptrdiff_t i = 0; i < size; ++i)
      sum += recent_[static_cast<std::size_t>(i)] - recent_[0];
    return recent_[0] + sum / static_cast<double>(size);
  }

  /// `error`: of the forecast, which does not know the week.
  void gather_weekday(std::size_t weekday, double value, double error) {
    const bool week_seen = count_ >= 7;
    if (!week_seen) return;
    double& effect = weekday_[weekday];
    if (passes_[weekday] >= kWeekdayPasses) {
      week_trial_.learn(std::abs(value - week_mean() - effect), std::abs(error), kLossRate);
    }
    effect += (value - week_mean() - effect) / std::max(1, passes_[weekday] - 1);
    const bool all = std::all_of(
        passes_.begin(), passes_.end(), [](int n) { return n == 0 || n >= kWeekdayPasses; });
    if (!all || count_ < 3 * kWeekdayPasses) return;
    in_week_ = std::count_if(passes_.begin(), passes_.end(), [](int n) { return n > 0; }) > 1;
    if (!in_week_) return;
    centre_weekdays();
    level_.fill(week_mean());
    trend_ = 0;
  }

  void centre_weekdays() {
    double sum = 0;
    double occurring = 0;
    for (std::size_t i = 0; i < 7; ++i) {
      if (passes_[i] == 0) continue;
      sum += weekday_[i];
      occurring += 1;
    }
    for (std::size_t i = 0; i < 7; ++i) {
      if (passes_[i] > 0) weekday_[i] -= sum / occurring;
    }
  }

  void learn_weekday(std::size_t weekday, double error) {
    const double rate = std::max(kWeekdayRate * speed_, 1.0 / (passes_[weekday] + 2));
    weekday_[weekday] += std::min(rate, 1.0) * error;
    centre_weekdays();
  }

  void learn_month(const Slot& at, double error, double scale) {
    noise_ = scale / unrest(at);
    const std::size_t day = month_day_of(at);
    if (month_passes_[day] < 255) ++month_passes_[day];
    const double effect = month_effect(day);
    const double without = error + (in_month_ ? effect : 0);
    month_trial_.learn(std::abs(without - effect), std::abs(without), kLossRate);
    if (effect != 0) {
      month_effects_.learn(std::abs(without - effect), std::abs(without), kLossRate);
      in_month_ = month_effects_.helps(kMonthGain);
    } else {
      other_loss_ += (std::min(std::abs(error), kMonthFar * scale) - other_loss_) *
                     std::max(kLossRate, 1.0 / count_);
    }
    // One wild value moves it a little; what was there a month ago as well, all the way.
    double& known = month_[day];
    const double far = without - known;
    const double again = common(far, month_last_[day] - known);
    const double bound = kMonthFar * scale;
    if (again > bound) {
      known += std::copysign(again, far);
    } else {
      known += std::clamp(far, -bound, bound) * std::max(kMonthRate, 1.0 / month_passes_[day]);
    }
    month_last_[day] = without;
  }

  void learn_levels(double value, const Lesson& lesson) {
    if (count_ == 1) level_.fill(value);
    const double cap = 2 * lesson.clip * lesson.scale;
    for (std::size_t i = 0; i < kLevels; ++i) {
      const double error = value - answer(i);
      loss_[i] += (std::min(std::abs(error), cap) - loss_[i]) * std::max(kLossRate, 1.0 / count_);
      const double rate = std::max(std::min(kRate[i] * speed_, 1.0), 1.0 / count_);
      level_[i] = answer(i) + rate * error;
      if (i + 1 == kLevels && count_ > 2) trend_ = kTrendDamp * trend_ + kTrendRate * error;
    }
  }

  template <typename Self, typename Archive>
  static void visit(Self& self, Archive& archive) {
    for (auto& v : self.level_)
      archive.real(v, -kHuge, kHuge);
    for (auto& v : self.loss_)
      archive.real(v, 0, 4 * kHuge);
    archive.real(self.trend_, -kHuge, kHuge);
    archive.real(self.noise_, 0, 4 * kHuge);
    for (auto& v : self.weekday_)
      archive.real(v, -4 * kHuge, 4 * kHuge);
    for (auto& v : self.passes_)
      archive.whole(v, 0, 255);
    for (auto& v : self.month_)
      archive.real(v, -4 * kHuge, 4 * kHuge);
    for (auto& v : self.month_last_)
      archive.real(v, -4 * kHuge, 4 * kHuge);
    for (auto& v : self.month_passes_)
      archive.whole(v, 0, 255);
    for (auto& v : self.recent_)
      archive.real(v, -kHuge, kHuge);
    archive.whole(self.count_, 0, 1'000'000);
    archive.whole(self.in_week_, 0, 1);
    Trial::visit(self.month_effects_, archive);
    archive.real(self.other_loss_, 0, 4 * kHuge);
    archive.whole(self.in_month_, 0, 1);
    Trial::visit(self.week_trial_, archive);
    Trial::visit(self.month_trial_, archive);
  }

  double speed_ = 1;
  std::array<double, kLevels> level_{};
  std::array<double, kLevels> loss_{};
  double trend_ = 0;
  double noise_ = 0;  // newest scale of the errors
  std::array<double, 7> weekday_{};
  std::array<int, 7> passes_{};
  std::array<double, 32> month_{};
  std::array<double, 32> month_last_{};  // what was there the last time, month effect and all
  std::array<int, 32> month_passes_{};
  std::array<double, 7> recent_{};  // newest first
  int count_ = 0;
  Trial month_effects_;    // on days of the month that have an effect
  double other_loss_ = 0;  // usual error of all other days
  bool in_week_ = false;   // weekdays count
  bool in_month_ = false;  // days of the month count
  Trial week_trial_;       // of weekdays, while they do not count
  Trial month_trial_;      // of days of the month, on all days
};

}  // namespace

std::unique_ptr<Forecast> make_daily_forecast(const DetectorConfig& config) {
  return std::make_unique<DailyForecast>(config);
}

}  // namespace tidemark::learn::tide
