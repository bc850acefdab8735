#include "model/series.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/bytes.h"
#include "model/limits.h"

namespace tidemark {
namespace {

void append_escaped(std::string* out, std::string_view text) {
  for (const char c : text) {
    if (c == '"' || c == '\\') out->push_back('\\');
    out->push_back(c);
  }
}

bool holds(const SeriesKey& key, const Matcher& matcher) {
  const std::string_view value =
      matcher.label == kNameLabel ? std::string_view(key.name) : key.label(matcher.label);
  switch (matcher.op) {
    case Matcher::Op::equal:
      return value == matcher.value;
    case Matcher::Op::not_equal:
      return value != matcher.value;
    case Matcher::Op::exists:
      return !value.empty();
  }
  return false;
}

}  // namespace

std::string_view SeriesKey::label(std::string_view label_name) const {
  const auto found = std::lower_bound(
      labels.begin(), labels.end(), label_name, [](const Label& label, std::string_view wanted) {
        return label.name < wanted;
      });
  return found != labels.end() && found->name == label_name ? std::string_view(found->value)
                                                            : std::string_view();
}

Result<SeriesKey> make_series_key(std::string name, std::vector<Label> labels) {
  if (name.empty() || name.size() > limits::kNameMaxBytes) {
    return fail(
        Errc::invalid,
        fmt::format(
            "metric name has {} bytes, allowed are 1 to {}", name.size(), limits::kNameMaxBytes));
  }
  std::erase_if(labels, [](const Label& label) { return label.value.empty(); });
  if (labels.size() > limits::kLabelsMax) {
    return fail(Errc::invalid,
                fmt::format("{} labels, limit {}", labels.size(), limits::kLabelsMax));
  }
  std::sort(labels.begin(), labels.end());
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const Label& label = labels[i];
    if (label.name.empty() || label.name.size() > limits::kNameMaxBytes) {
      return fail(Errc::invalid,
                  fmt::format("label name '{}' has {} bytes, allowed are 1 to {}",
                              label.name,
                              label.name.size(),
                              limits::kNameMaxBytes));
    }
    if (label.value.size() > limits::kLabelValueMaxBytes) {
      return fail(Errc::invalid,
                  fmt::format("value of label '{}' has {} bytes, limit {}",
                              label.name,
                              label.value.size(),
                              limits::kLabelValueMaxBytes));
    }
    if (i > 0 && labels[i - 1].name == label.name) {
      return fail(Errc::invalid, fmt::format("label '{}' is given twice", label.name));
    }
  }
  return SeriesKey{std::move(name), std::move(labels)};
}

std::string encode_series_key(const SeriesKey& key) {
  ByteSink sink;
  sink.text(key.name);
  sink.varint(key.labels.size());
  for (const Label& label : key.labels) {
    sink.text(label.name);
    sink.text(label.value);
  }
  return std::move(sink).take();
}

Result<SeriesKey> decode_series_key(std::string_view bytes) {
  ByteSource source(bytes);
  TM_TRY(const auto name, source.text(limits::kNameMaxBytes));
  TM_TRY(const auto count, source.varint());
  std::vector<Label> labels;
  for (std::uint64_t i = 0; i < count; ++i) {
    TM_TRY(const auto label, source.text(limits::kNameMaxBytes));
    TM_TRY(const auto value, source.text(limits::kLabelValueMaxBytes));
    labels.push_back({std::string(label), std::string(value)});
  }
  if (!source.empty()) return fail(Errc::corrupt, "series key has bytes behind its end");
  auto key = make_series_key(std::string(name), std::move(labels));
  if (!key) return fail(Errc::corrupt, key.error().what);
  return key;
}

std::string to_text(const SeriesKey& key) {
  std::string out = key.name;
  out.push_back('{');
  for (const Label& label : key.labels) {
    if (&label != &key.labels.front()) out += ", ";
    out += label.name + "=\"";
    append_escaped(&out, label.value);
    out.push_back('"');
  }
  out.push_back('}');
  return out;
}

bool matches(const SeriesKey& key, const std::vector<Matcher>& matchers) {
  bool asks_for_own = false;
  for (const Matcher& matcher : matchers) {
    if (!holds(key, matcher)) return false;
    if (matcher.label.starts_with(kOwnLabelPrefix)) asks_for_own = true;
  }
  if (asks_for_own) return true;
  return std::none_of(key.labels.begin(), key.labels.end(), [](const Label& label) {
    return label.name.starts_with(kOwnLabelPrefix);
  });
}

}  // namespace tidemark
