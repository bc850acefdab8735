#include "query/data/query_plan.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/duration.h"
#include "model/metric_period.h"
#include "query/insights/parser.h"
#include "query/metric_data.h"
#include "query/select_limits.h"

namespace tidemark::query {
namespace {

constexpr std::size_t kIdMaxBytes = 255;
constexpr Duration kDefaultPeriod = std::chrono::seconds(300);
constexpr Duration kPeriodMax = std::chrono::hours(24 * 366);

bool is_valid_id(std::string_view id) {
  if (id.empty() || id.size() > kIdMaxBytes || id[0] < 'a' || id[0] > 'z') return false;
  return std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

Result<void> check_query(const MetricQuery& query) {
  if (!is_valid_id(query.id)) {
    return fail(Errc::invalid,
                fmt::format("Id '{}' must start with a lowercase letter and hold only letters, "
                            "digits and underscores, at most {}",
                            query.id.substr(0, kIdMaxBytes),
                            kIdMaxBytes));
  }
  if (query.metric_stat.has_value() != query.expression.empty()) {
    return fail(Errc::invalid,
                fmt::format("the query '{}' must have either MetricStat or "
                            "Expression",
                            query.id));
  }
  const Duration period =
      query.metric_stat ? query.metric_stat->period : query.period.value_or(kDefaultPeriod);
  if (period < std::chrono::seconds(1) || period > kPeriodMax) {
    return fail(Errc::invalid,
                fmt::format("the period of '{}' must be a second to 366 days", query.id));
  }
  return {};
}

Result<void> check_select_period(const MetricQuery& query) {
  if (!query.period) {
    return fail(Errc::invalid,
                fmt::format("the Metrics Insights query '{}' must have a Period", query.id));
  }
  if (is_metric_period(whole_seconds(*query.period))) return {};
  return fail(Errc::invalid,
              fmt::format("the period of '{}' must be 1, 5, 10, 20, 30 or a multiple of 60 seconds",
                          query.id));
}

/// Depth-first over what is needed; calls `done` after all needs of a query are done. False: a
/// query needs itself. Recursion is no deeper than there are queries (kMetricQueriesMax).
class Walk {
 public:
  explicit Walk(const std::vector<PlannedQuery>& queries)
      : queries_(queries), state_(queries.size(), State::unseen) {}

  template <typename Done>
  bool visit(std::size_t index, const Done& done) {
    if (state_[index] == State::done) return true;
    if (state_[index] == State::begun) return false;
    state_[index] = State::begun;
    for (const std::size_t need : queries_[index].needs) {
      if (!visit(need, done)) return false;
    }
    state_[index] = State::done;
    done(index);
    return true;
  }

 private:
  enum class State { unseen, begun, done };
  const std::vector<PlannedQuery>& queries_;
  std::vector<State> state_;
};

Result<void> read_expression(const MetricQuery& query, PlannedQuery* out) {
  const bool is_select = insights::is_select(query.expression);
  if (is_select) TM_TRY_VOID(check_select_period(query));
  const auto read_into = [&query](auto parsed, auto* member) -> Result<void> {
    if (!parsed) return tl::unexpected(in_expression(query.id, std::move(parsed).error()));
    *member = *std::move(parsed);
    return {};
  };
  return is_select ? read_into(insights::parse_select(query.expression), &out->select)
                   : read_into(MathExpression::parse(query.expression), &out->expression);
}

}  // namespace

Error in_expression(const std::string& id, Error error) {
  if (error.code != Errc::invalid && error.code != Errc::limit) return error;
  return {Errc::invalid, fmt::format("Error in expression '{}': {}", id, error.what)};
}

Result<QueryPlan> QueryPlan::make(std::span<const MetricQuery> queries) {
  if (queries.size() > kMetricQueriesMax) {
    return fail(Errc::invalid,
                fmt::format("{} metric queries, limit {}", queries.size(), kMetricQueriesMax));
  }
  QueryPlan plan;
  for (const MetricQuery& query : queries)
    TM_TRY_VOID(plan.add(query));
  for (std::size_t i = 0; i < plan.size(); ++i)
    TM_TRY_VOID(plan.link(i));
  TM_TRY_VOID(plan.check_circles());
  TM_TRY_VOID(plan.check_selects());
  return plan;
}

Result<void> QueryPlan::add(const MetricQuery& query) {
  TM_TRY_VOID(check_query(query));
  if (!by_id_.emplace(query.id, queries_.size()).second) {
    return fail(Errc::invalid,
                fmt::format("the id '{}' is given to more than one query", query.id));
  }
  PlannedQuery planned;
  planned.query = &query;
  if (!query.metric_stat) TM_TRY_VOID(read_expression(query, &planned));
  queries_.push_back(std::move(planned));
  return {};
}

Result<void> QueryPlan::check_selects() const {
  const auto selects = std::count_if(queries_.begin(), queries_.end(), [](const auto& planned) {
    return planned.select.has_value();
  });
  if (selects <= static_cast<std::ptrdiff_t>(kSelectsMax)) return {};
  return fail(
      Errc::invalid,
      fmt::format("{} Metrics Insights queries in one request, limit {}", selects, kSelectsMax));
}

Result<void> QueryPlan::link(std::size_t index) {
  PlannedQuery& planned = queries_[index];
  if (!planned.expression) return {};
  for (const std::string& id : planned.expression->ids()) {
    const auto found = find(id);
    if (!found) {
      return tl::unexpected(in_expression(
          planned.query->id,
          {Errc::invalid,
           fmt::format("no metric or expression has the id '{}'", id.substr(0, kIdMaxBytes))}));
    }
    planned.needs.push_back(*found);
  }
  for (const std::string& part : planned.expression->metrics_calls()) {
    const auto found = metrics(part);
    planned.needs.insert(planned.needs.end(), found.begin(), found.end());
  }
  std::sort(planned.needs.begin(), planned.needs.end());
  planned.needs.erase(std::unique(planned.needs.begin(), planned.needs.end()), planned.needs.end());
  return {};
}

Result<void> QueryPlan::check_circles() const {
  Walk walk(queries_);
  for (std::size_t i = 0; i < queries_.size(); ++i) {
    if (walk.visit(i, [](std::size_t) {})) continue;
    return tl::unexpected(
        in_expression(queries_[i].query->id,
                      {Errc::invalid, "circular reference: an expression needs its own result"}));
  }
  return {};
}

std::optional<std::size_t> QueryPlan::find(const std::string& id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? std::nullopt : std::optional(found->second);
}

Result<std::size_t> QueryPlan::require(const std::string& id) const {
  const auto found = find(id);
  if (found) return *found;
  return fail(Errc::invalid,
              fmt::format("no metric or expression has the id '{}'", id.substr(0, kIdMaxBytes)));
}

std::vector<std::size_t> QueryPlan::metrics(std::string_view part) const {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < queries_.size(); ++i) {
    const MetricQuery& query = *queries_[i].query;
    if (query.metric_stat && query.id.find(part) != std::string::npos) out.push_back(i);
  }
  return out;
}

std::vector<std::size_t> QueryPlan::closure(std::size_t index) const {
  std::vector<std::size_t> out;
  Walk(queries_).visit(index, [&out](std::size_t done) { out.push_back(done); });
  return out;
}

bool QueryPlan::selects(std::size_t index) const {
  const auto needed = closure(index);
  return std::any_of(
      needed.begin(), needed.end(), [this](std::size_t i) { return queries_[i].select; });
}

Duration QueryPlan::period_of(std::size_t index) const {
  Duration largest{0};
  for (const std::size_t needed : closure(index)) {
    const auto& stat = queries_[needed].query->metric_stat;
    if (stat) largest = std::max(largest, stat->period);
    if (queries_[needed].select) {
      largest = std::max({largest, *queries_[needed].query->period, kSelectPeriodMin});
    }
  }
  if (largest > Duration::zero()) return largest;
  return queries_[index].query->period.value_or(finest_period().value_or(kDefaultPeriod));
}

std::optional<Duration> QueryPlan::finest_period() const {
  std::optional<Duration> out;
  for (const PlannedQuery& planned : queries_) {
    const auto& stat = planned.query->metric_stat;
    if (stat && (!out || stat->period < *out)) out = stat->period;
  }
  return out;
}

}  // namespace tidemark::query
