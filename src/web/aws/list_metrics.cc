#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "web/aws/actions.h"
#include "web/aws/metric_input.h"

namespace tidemark::web::aws {
namespace {

constexpr Duration kRecentlyActive = std::chrono::hours(3);

std::vector<Matcher> matchers(const Context& context) {
  const Document& input = context.input();
  const auto equal = [](std::string_view label, std::string_view value) {
    return Matcher{std::string(label), Matcher::Op::equal, std::string(value)};
  };
  std::vector<Matcher> out{equal(kAwsAccountLabel, context.account()),
                           equal(kAwsRegionLabel, context.region())};
  if (const auto name = input.text_at("MetricName")) out.push_back(equal(kNameLabel, *name));
  if (const auto space = input.text_at("Namespace"))
    out.push_back(equal(kAwsNamespaceLabel, *space));
  for (const Document& dimension : input.list_at("Dimensions")) {
    const std::string name(dimension.text_at("Name").value_or(""));
    const auto value = dimension.text_at("Value");
    out.push_back(value ? equal(name, *value) : Matcher{name, Matcher::Op::exists, ""});
  }
  return out;
}

/// A page's token is the canonical text of the last metric it held, so that paging goes on rightly
/// when metrics are added in between.
Answer page_of(const std::set<MetricRef>& metrics, const std::string& token) {
  auto at = metrics.begin();
  if (!token.empty()) {
    const auto last = codec::decode_base64(token);
    at = !last ? metrics.end()
               : std::find_if(metrics.begin(), metrics.end(), [&](const auto& metric) {
                   return to_text(metric) == *last;
                 });
    if (at == metrics.end()) return invalid_value("Request parameter NextToken is invalid");
    ++at;
  }
  Document list = Document::list();
  const MetricRef* last = nullptr;
  for (; at != metrics.end() && list.size() < AwsLimits::kListMetricsPage; ++at) {
    list.push_back({{"Namespace", at->metric_namespace},
                    {"MetricName", at->name},
                    {"Dimensions", dimensions_document(at->dimensions)}});
    last = &*at;
  }
  Document out{{"Metrics", std::move(list)}};
  if (at != metrics.end()) out.set("NextToken", codec::encode_base64(to_text(*last)));
  return out;
}

}  // namespace

Answer list_metrics(const Context& context) {
  const Document& input = context.input();
  const auto recently = input.text_at("RecentlyActive");
  if (recently && *recently != "PT3H") {
    return invalid_value(
        fmt::format("The value {} for parameter RecentlyActive is invalid. The "
                    "only valid value is PT3H.",
                    *recently));
  }
  const Timestamp since = context.services.clock.wall() - kRecentlyActive;
  std::set<MetricRef> metrics;
  for (const auto& [id, key] : context.services.reader.select(matchers(context))) {
    if (recently) {
      const auto newest = context.services.reader.newest(id);
      if (!newest || *newest < since) continue;
    }
    if (auto metric = to_metric_ref(key)) metrics.insert(*std::move(metric));
  }
  return page_of(metrics, std::string(input.text_at("NextToken").value_or("")));
}

}  // namespace tidemark::web::aws
