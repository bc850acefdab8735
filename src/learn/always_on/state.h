#pragma once

#include <type_traits>

#include "learn/always_on/least_squares.h"
#include "learn/always_on/season.h"
#include "learn/always_on/tails.h"
#include "learn/share_end.h"

namespace tidemark::learn::always_on {

/// Everything that is kept of a series, without a pointer in it: a file or a table may hold it as
/// it lies in memory.
struct State {
  std::array<double, 3> last{};  // newest first
  double before = 0;             // what the season said of the newest slot
  double level = 0;
  double distance = 0;  // usual one of a value from the level
  double usual = 0;     // absolute error of the forecast, over a long time
  double brief = 0;     // ... of late
  double latest = 0;    // ... of the last slots
  double reach = 0;     // largest one, slowly forgotten
  std::int64_t newest = 0;
  std::uint32_t count = 0;
  float filled = 1;  // part of the slots that have a value, of late
  Season season;
  LeastSquares model;
  std::array<float, 2> loss{};   // of the model, and of the last value as forecast
  std::array<float, 5> blend{};  // weights of what the scale is made of
  Tails tails;
  std::array<float, 8> hours{};  // error of three hours, or of a weekday, against the usual one
  std::int8_t held = 0;          // values held back in a row, and on which side
  std::uint8_t negative = 0;     // 1: a value below 0 was learned
  ShareEnd share;
};

// Saved as it lies in memory, so there must be nothing between the fields.
static_assert(sizeof(State) == 11 * 8 + 8 + sizeof(Season) + sizeof(LeastSquares) + 7 * 4 +
                                   sizeof(Tails) + 8 * 4 + 4);
static_assert(sizeof(State) <= 512 && std::is_trivially_copyable_v<State>);

}  // namespace tidemark::learn::always_on
