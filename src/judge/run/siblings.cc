#include "judge/run/siblings.h"

#include <algorithm>
#include <functional>
#include <map>
#include <string>

namespace tidemark::judge {
namespace {

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// Fewer are no family: what a single one lends may be its own whim.
constexpr std::size_t kNearMin = 2;

/// Those of `lent` that are as near as the second nearest.
std::vector<const Seed*> nearest(const std::vector<const Lent*>& lent) {
  std::vector<Nearness> order;
  order.reserve(lent.size());
  for (const Lent* each : lent)
    order.push_back(each->near);
  std::sort(order.begin(), order.end(), std::greater<>());
  const Nearness least = order[std::min(kNearMin, order.size()) - 1];
  std::vector<const Seed*> out;
  for (const Lent* each : lent) {
    if (each->near >= least) out.push_back(&each->seed);
  }
  return out;
}

bool is_small(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_capital(char c) {
  return c >= 'A' && c <= 'Z';
}
/// Bytes of letters beyond ASCII among them.
bool is_letter(char c) {
  return is_small(c) || is_capital(c) || static_cast<unsigned char>(c) >= 0x80;
}

/// The words before the first digit.
std::vector<std::string_view> words_of(std::string_view name) {
  std::vector<std::string_view> out;
  bool in_word = false;
  std::size_t begin = 0;
  const auto end_word = [&](std::size_t end) {
    if (in_word) out.push_back(name.substr(begin, end - begin));
    in_word = false;
  };
  std::size_t at = 0;
  for (; at < name.size() && (name[at] < '0' || name[at] > '9'); ++at) {
    const bool new_word = at > 0 && is_capital(name[at]) && is_small(name[at - 1]);
    if (!is_letter(name[at]) || new_word) end_word(at);
    if (is_letter(name[at]) && !in_word) {
      in_word = true;
      begin = at;
    }
  }
  end_word(at);
  return out;
}

Seed middle_of_period(const std::vector<const Seed*>& lent) {
  Seed out;
  out.period = lent.front()->period;
  out.siblings = lent.size();
  for (std::size_t k = 0; k < 3; ++k) {
    std::vector<double> below, above;
    for (const Seed* seed : lent) {
      below.push_back(seed->below[k]);
      above.push_back(seed->above[k]);
    }
    out.below[k] = median(std::move(below));
    out.above[k] = median(std::move(above));
  }
  return out;
}

}  // namespace

bool are_siblings(const DetectorTarget& a, const DetectorTarget& b) {
  if (!a.metric || !b.metric || *a.metric == *b.metric || !(a.stat == b.stat)) return false;
  const MetricRef& x = *a.metric;
  const MetricRef& y = *b.metric;
  return x.account == y.account && x.region == y.region &&
         x.metric_namespace == y.metric_namespace && x.name == y.name &&
         std::equal(x.dimensions.begin(),
                    x.dimensions.end(),
                    y.dimensions.begin(),
                    y.dimensions.end(),
                    [](const Label& l, const Label& r) { return l.name == r.name; });
}

std::size_t shared_words(std::string_view a, std::string_view b) {
  const auto left = words_of(a), right = words_of(b);
  const auto [end, other] = std::mismatch(left.begin(), left.end(), right.begin(), right.end());
  const auto count = static_cast<std::size_t>(end - left.begin());
  return a == b ? std::max<std::size_t>(count, 1) : count;
}

Nearness nearness(const DetectorTarget& a,
                  const Tags& tags_of_a,
                  const DetectorTarget& b,
                  const Tags& tags_of_b) {
  Nearness out;
  const auto owner = tags_of_a.find(kOwnerTag), other = tags_of_b.find(kOwnerTag);
  out.same_owner =
      owner != tags_of_a.end() && other != tags_of_b.end() && owner->second == other->second;
  for (std::size_t i = 0; i < a.metric->dimensions.size(); ++i)
    out.shared_words += shared_words(a.metric->dimensions[i].value, b.metric->dimensions[i].value);
  return out;
}

std::vector<Seed> middle_of(const std::vector<Lent>& lent) {
  std::map<Duration, std::vector<const Lent*>> by_period;
  for (const Lent& each : lent)
    by_period[each.seed.period].push_back(&each);
  std::vector<Seed> out;
  out.reserve(by_period.size());
  for (const auto& [period, all] : by_period)
    out.push_back(middle_of_period(nearest(all)));
  std::stable_sort(
      out.begin(), out.end(), [](const Seed& a, const Seed& b) { return a.siblings > b.siblings; });
  if (out.size() > kPeriodsMax) out.resize(kPeriodsMax);
  return out;
}

}  // namespace tidemark::judge
