#include "web/own/past_range.h"

#include <algorithm>

#include <fmt/format.h>

#include "web/own/time_range.h"

namespace tidemark::web::own {
namespace {

constexpr Duration kRangeDefault = std::chrono::hours(24 * 28);

Timestamp read_time(Form& form, const char* field, Timestamp fallback, Timestamp now) {
  if (!form.has(field)) return fallback;
  const std::string text = form.text(field);
  const auto at = parse_time(text, now);
  if (!at) form.refuse_field(field, fmt::format("must be a time, not '{}'", text));
  return at.value_or(now);
}

}  // namespace

PastRange read_past_range(const Context& context, Form& form) {
  const Timestamp now = context.services.clock.wall();
  PastRange out;
  out.to = std::min(read_time(form, "to", now, now), now);
  out.from = read_time(form, "from", out.to - kRangeDefault, now);
  if (out.from >= out.to) {
    form.refuse_field("from", "must be before to, and to is the present at most");
  }
  return out;
}

}  // namespace tidemark::web::own
