#include "learn/kind/story.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tidemark::learn::kind {
namespace {

constexpr double kNone = std::numeric_limits<double>::max();

/// Goes through all beginnings, the newest first, and keeps the best one. `add` takes in one more
/// departure; `fit` tells the story of those taken in so far, or one of misfit kNone.
template <typename Add, typename Fit>
Story best_story(std::span<const Departure> past, std::size_t least, Add add, Fit fit) {
  Story best{0, kNone, 0, 0};
  double before = sum_of_squares(past);
  for (std::size_t n = 1; n <= past.size(); ++n) {
    const Departure& next = past[past.size() - n];
    before = std::max(0.0, before - next.away * next.away);
    add(next);
    if (n < least) continue;
    Story story = fit(static_cast<double>(n));
    if (story.misfit == kNone) continue;
    story.misfit += before;
    story.from = past.size() - n;
    if (story.misfit < best.misfit) best = story;
  }
  return best;
}

}  // namespace

double sum_of_squares(std::span<const Departure> past) {
  double out = 0;
  for (const Departure& each : past)
    out += each.away * each.away;
  return out;
}

Story step_story(std::span<const Departure> past, std::size_t least) {
  double sum = 0, squares = 0;
  return best_story(
      past,
      least,
      [&](const Departure& next) {
        sum += next.away;
        squares += next.away * next.away;
      },
      [&](double n) { return Story{0, std::max(0.0, squares - sum * sum / n), sum / n, 0}; });
}

Story ramp_story(std::span<const Departure> past, std::size_t least) {
  // With the beginning at 0 the k-th departure behind it lies at k: each new beginning adds one.
  double sum = 0, squares = 0, moment = 0;
  return best_story(
      past,
      least,
      [&](const Departure& next) {
        sum += next.away;
        moment += sum;
        squares += next.away * next.away;
      },
      [&](double n) {
        // moment = sum over departures of (its place from the beginning, 1 to n) * away
        const double places = n * (n + 1) * (2 * n + 1) / 6;
        return Story{0, std::max(0.0, squares - moment * moment / places), moment / places, 0};
      });
}

Story lost_story(std::span<const Departure> past, std::size_t least, double swing_least) {
  double usual = 0, value = 0, usual_squares = 0, value_squares = 0, both = 0;
  return best_story(
      past,
      least,
      [&](const Departure& next) {
        const double there = next.usual + next.away;
        usual += next.usual;
        value += there;
        usual_squares += next.usual * next.usual;
        value_squares += there * there;
        both += next.usual * there;
      },
      [&](double n) {
        const double foreseen = std::max(0.0, usual_squares - usual * usual / n);
        const double swing = std::sqrt(foreseen / n);
        if (!(swing > swing_least)) return Story{0, kNone, 0, 0};
        const double left = (both - usual * value / n) / foreseen;
        if (left > kShapeLeft) return Story{0, kNone, 0, 0};
        const double spread = std::max(0.0, value_squares - value * value / n);
        return Story{0, std::max(0.0, spread - left * left * foreseen), left, swing};
      });
}

}  // namespace tidemark::learn::kind
