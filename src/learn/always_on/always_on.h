#pragma once

#include <memory>
#include <optional>

#include "learn/always_on/state.h"
#include "learn/registry.h"

namespace tidemark::learn::always_on {

/// The detector that every series can afford: 512 bytes of state, a tenth of a microsecond a
/// value. README.md beside this file says what it leaves out against `tide`.
class AlwaysOn final : public Detector {
 public:
  explicit AlwaysOn(const DetectorConfig& config);

  [[nodiscard]] std::optional<Outlook> expect(Slot at) const override;
  [[nodiscard]] double score(Slot at, double value) const override;
  void learn(Slot at, double value, Teach how) override;
  void save(ByteSink& out) const override;
  Result<void> restore(ByteSource& in) override;

  AlwaysOn(const AlwaysOn&) = delete;
  AlwaysOn& operator=(const AlwaysOn&) = delete;
  AlwaysOn(AlwaysOn&&) = delete;
  AlwaysOn& operator=(AlwaysOn&&) = delete;
  ~AlwaysOn() override = default;

  /// For an owner that keeps states itself: reads and writes `state`, which is_sane(), from now on
  /// instead of its own; it must live until the next call of this.
  void work_on(State* state);
  [[nodiscard]] const State& state() const { return *state_; }
  /// Whether every number is one that learning can go on from.
  [[nodiscard]] static bool is_sane(const State& state);

 private:
  /// All that is worked out of a slot to guess it and to learn it.
  struct View {
    std::int64_t index = 0;  // of the slot, and what else of it matters
    int second_of_day = 0;
    int weekday = 0;
    double least = 0;  // scale
    double usual = 1;  // error, over a long time
    double one = 1;    // / usual
    double centre = 0;
    double scale = 1;
    double season = 0;             // what the season says, else the last value
    double far = 0;                // what season and level alone say
    std::array<Pair, 3> widths{};  // below and above, as the errors alone have them
    std::size_t hours = 0;         // place in State::hours
    Five inputs;
    float correction = 0;  // in usual errors
    Five terms;            // logarithms that the scale is blended of
    float blended = 1;     // scale against the usual error, gaps apart
  };
  [[nodiscard]] const View& view(const Slot& at) const {
    if (!viewed_ || view_.index != at.index || view_.second_of_day != at.second_of_day ||
        view_.weekday != at.weekday) {
      look(at);
    }
    return view_;
  }
  [[gnu::noinline]] void look(const Slot& at) const;
  void guess(const Slot& at, View* out) const;
  void spread(View* out) const;
  void cross_gap(const Slot& at, View* out) const;
  [[nodiscard]] Outlook bounded(const View& seen) const;
  [[nodiscard]] double floor() const;
  [[nodiscard]] std::size_t hours_of(const Slot& at) const;
  void learn_value(const Slot& at, double value, const View& seen, bool judged);
  void fit(double value, float z, const View& seen, float early);
  void learn_blend(float z, const View& seen);
  void learn_error(double size, const View& seen, double early);
  void correct(const View& seen, double value);
  bool hold_back(double value, const View& seen);
  void push(double value, const View& seen);
  void note_slot(const Slot& at);

  DetectorConfig config_;
  Pattern pattern_;
  State own_;
  State* state_ = &own_;
  // Scratch, not state: expect, score and learn of a slot ask for the same.
  mutable bool viewed_ = false;
  mutable View view_;
};

Result<std::unique_ptr<Detector>> make(const DetectorConfig& config);

}  // namespace tidemark::learn::always_on
