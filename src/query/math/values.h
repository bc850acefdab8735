#pragma once

#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "query/metric_math.h"
#include "query/time_series.h"

namespace tidemark::query::math {

using Array = std::vector<TimeSeries>;
/// An argument that is a word of the language (REPEAT, DESC …).
struct Word {
  std::string text;
};
/// A quoted string.
struct Text {
  std::string text;
};
/// All that an argument can be.
using Value = std::variant<double, TimeSeries, Array, Word, Text>;

/// What one evaluation carries along.
struct Evaluation {
  MathScope& scope;
  bool dropped_points = false;
  /// See MathResult.
  Timestamp settled_from = Timestamp::min();
};

/// "Scalar", "TimeSeries", "TimeSeries[]", a word as it is, "String": as error messages name it.
std::string type_name(const Value& value);
/// "Unsupported operand type(s) for +: '[Scalar, String]' at position 3".
tl::unexpected<Error> unsupported_types(std::string_view operation,
                                        const std::vector<Value>& operands,
                                        std::size_t position);

/// Appends the point, or notes that it was dropped for not being finite.
void add_point(TimeSeries* series, Timestamp at, double value, Evaluation* evaluation);
/// The first point at or behind `at`; the end of the points if there is none.
std::vector<DataPoint>::const_iterator first_from(const TimeSeries& series, Timestamp at);
/// Notes that a value is worked out from the point of `series` before it.
void look_back(const TimeSeries& series, Evaluation* evaluation);
/// A series without points that takes label and period from `of`.
TimeSeries empty_like(const TimeSeries& of);

/// `limit` when the value has more members or points than one may hold.
Result<void> check_size(const Value& value);

}  // namespace tidemark::query::math
