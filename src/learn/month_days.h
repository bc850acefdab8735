#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>

#include "learn/special_days.h"

namespace tidemark::learn {

/// Days of the month that are unlike others, in a series whose slots are shorter than a day: the
/// hours of a month's end, of the first, of the day on which invoices go out. A model that follows
/// the newest values takes each of them for an incident for an hour or two, every month. This
/// compares whole days with what their weekday usually is; a day of the month that was far off
/// twice in a row, on the same side, is a kind of day of its own (SpecialDays) from then on, and so
/// foreseen from its fifth time on. Until then the inner detector sees what it would see without.
class MonthDays final : public Detector {
 public:
  /// So many days of the month at most are told apart at a time.
  static constexpr int kOwnKinds = 2;
  /// Whether it has a place beside so many kinds of calendars, at this cadence.
  static bool serves(const DetectorConfig& config);

  /// `inner` knows no special days; `config` is its configuration, and serves() it.
  MonthDays(std::unique_ptr<Detector> inner, const DetectorConfig& config);

  [[nodiscard]] std::optional<Outlook> expect(Slot at) const override;
  [[nodiscard]] double score(Slot at, double value) const override;
  void learn(Slot at, double value, Teach how) override;
  void save(ByteSink& out) const override;
  Result<void> restore(ByteSource& in) override;

 private:
  /// 1 to 31, and the last one of the month, whichever that is.
  static constexpr std::size_t kLastDay = 0;
  static constexpr std::size_t kKeys = 32;
  static constexpr std::size_t kNoKey = kKeys;
  struct Today {
    double mean = 0;
    int slots = 0;
    int weekday = 0;
    std::size_t day_of_month = 1;
    bool is_last = false;
    std::int64_t newest_s = 0;
  };
  struct Usual {
    double mean = 0;
    int days = 0;
    int far = 0;  // in a row, that were far off
  };

  [[nodiscard]] Slot told_apart(Slot at) const;
  [[nodiscard]] bool begins(const Slot& at) const;
  void note(const Slot& at, double value);
  void close_day();
  void note_key(std::size_t key, double departure);
  void learn_usual(double distance);
  void pass_over(int side);
  void give_kind(std::size_t key);
  void take_kind(std::size_t key);
  void wrap();
  void unwrap();
  void forget();

  template <typename Self, typename Archive>
  static void visit(Self& self, Archive& archive);

  DetectorConfig config_;
  std::unique_ptr<Detector> inner_;
  SpecialDays* special_ = nullptr;  // inner_, once there are kinds of days
  Today today_;
  std::array<Usual, 7> usual_{};          // by weekday
  double scatter_ = 0;                    // usual distance of a day from that
  double slots_ = 0;                      // usual ones of a day
  int days_ = 0;                          // that scatter_ is the mean of
  int far_days_ = 0;                      // in a row, on one side: below < 0 < above
  std::array<std::int8_t, kKeys> far_{};  // times in a row that day was far off, the same
  std::array<std::size_t, kOwnKinds> keys_{kNoKey, kNoKey};  // of the own kinds
};

}  // namespace tidemark::learn
