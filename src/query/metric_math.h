#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "query/time_series.h"

/// CloudWatch metric math: expressions over time series ("100 * errors / requests").
///
/// Rules, as the CloudWatch user guide ("Metric math syntax and functions") states them:
/// - Between two series a point exists where either has one; the one that is missing counts as 0.
///   A point whose value is not finite (division by zero, LOG of 0) is dropped and noted.
/// - A scalar or a series meets every member of an array of series; two arrays do not combine.
/// - Comparison and AND, OR give 1 or 0.
/// - AVG of an array counts missing members as 0; MIN, MAX and STDDEV look at those present.
/// Own choices where the guide is silent: `^` binds tighter than unary minus and to the right;
/// STDDEV is that of the population; a function of single values takes scalars, too.
namespace tidemark::query {

inline constexpr std::size_t kExpressionMaxBytes = 2048;
inline constexpr int kExpressionMaxDepth = 100;
/// Members of an array of series, periods a series may be filled to, points one value may hold.
inline constexpr std::size_t kMathMaxSeries = 500;
inline constexpr std::size_t kMathMaxPeriods = 500'000;
inline constexpr std::size_t kMathMaxPoints = 10'000'000;

/// What an expression gives: a scalar, a series or an array of series (AWS: S, TS, TS[]).
using MathValue = std::variant<double, TimeSeries, std::vector<TimeSeries>>;

/// What an expression may ask of the request it is part of.
class MathScope {
 public:
  virtual ~MathScope() = default;
  /// The value of a metric or another expression. Unknown id: `not_found`.
  virtual Result<MathValue> value_of(const std::string& id) = 0;
  /// Metrics (not expressions) whose id contains `part`, in the request's order.
  virtual Result<std::vector<TimeSeries>> metrics(std::string_view part) = 0;
  /// Upper and lower limit, in this order, of the band of that id at width `k`.
  virtual Result<std::vector<TimeSeries>> band(const std::string& id, double k) = 0;
  /// The window: periods of `period()` that start in [from(), to()); from() is one of them.
  [[nodiscard]] virtual Timestamp from() const = 0;
  [[nodiscard]] virtual Timestamp to() const = 0;
  [[nodiscard]] virtual Duration period() const = 0;
  /// What value_of() gives is from here on the same however early the window begins.
  [[nodiscard]] virtual Timestamp settled_from() const { return Timestamp::min(); }
};

/// What the value at a time depends on, whatever the window.
enum class Reach {
  one_time,  ///< the metrics' values of that time alone
  back,      ///< those of points before it as well, and of no later ones
  window,    ///< maybe any value of the window
};

struct MathResult {
  MathValue value;
  /// A point was dropped for not being finite.
  bool dropped_points = false;
  /// Of a metric that was sent in several units, sorted: the values are those of the first alone.
  std::vector<std::string> units;
  /// Of a reach of Reach::back: the values from here on are the same however early the window
  /// begins; those before may lack a point to look back at.
  Timestamp settled_from = Timestamp::min();
};

namespace math {
struct Node;
}  // namespace math

/// A parsed expression; cheap to copy.
class MathExpression {
 public:
  /// Errors: `invalid`, with the position (from 1) of what is wrong; `limit` for one that is too
  /// long or too deep.
  static Result<MathExpression> parse(std::string_view text);

  /// Errors: `invalid` (operand types, unknown ids), `limit`, and the scope's own.
  [[nodiscard]] Result<MathResult> evaluate(MathScope& scope) const;

  /// Ids it names, each once, in order.
  [[nodiscard]] std::vector<std::string> ids() const;
  /// The strings of its METRICS() calls ("" where there is none): it depends on those metrics, too.
  [[nodiscard]] std::vector<std::string> metrics_calls() const;
  /// Does it call this function anywhere? Upper case, as the language has them.
  [[nodiscard]] bool calls(std::string_view function) const;

  /// one_time: operators, IF, FILL with a number, functions of one value, and SUM, AVG, MIN, MAX or
  /// STDDEV over a written list or METRICS(). back: DIFF, DIFF_TIME, RATE, FILL with REPEAT, and
  /// those with any of the former. window: all else.
  [[nodiscard]] Reach reach() const;

  struct Band {
    std::string id;
    double k = 2;
  };
  /// Set if the whole expression is ANOMALY_DETECTION_BAND(id) or (id, number).
  [[nodiscard]] std::optional<Band> as_band() const;

 private:
  explicit MathExpression(std::shared_ptr<const math::Node> root) : root_(std::move(root)) {}
  std::shared_ptr<const math::Node> root_;
};

}  // namespace tidemark::query
