#include "act/email/picture.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "act/message/words.h"
#include "codec/html.h"
#include "codec/utf8.h"

namespace tidemark::act::email {
namespace {

constexpr int kCells = 40;
constexpr int kCellPixels = 6;
constexpr const char* kEmptyColour = "#f4f4f4";
constexpr const char* kBandColour = "#c3ccd6";
constexpr const char* kInsideColour = "#1f4e79";
constexpr const char* kOutsideColour = "#c62828";

/// From the least to the greatest of all numbers shown.
struct Scale {
  double least = std::numeric_limits<double>::infinity();
  double greatest = -std::numeric_limits<double>::infinity();

  void take(std::optional<double> value) {
    if (!value || !std::isfinite(*value)) return;
    least = std::min(least, *value);
    greatest = std::max(greatest, *value);
  }
  [[nodiscard]] bool is_drawable() const {
    return greatest > least && std::isfinite(greatest - least);
  }
  /// 0 … kCells - 1. Not finite: at the end it points to.
  [[nodiscard]] int cell(double value) const {
    const double share = (value - least) / (greatest - least);
    if (std::isnan(share)) return 0;
    return static_cast<int>(std::clamp(share, 0.0, 1.0) * (kCells - 1) + 0.5);
  }
};

Scale scale_of(const std::vector<EvidencePoint>& points) {
  Scale out;
  for (const EvidencePoint& point : points) {
    out.take(point.value);
    out.take(point.lower);
    out.take(point.upper);
  }
  return out;
}

bool is_outside(const EvidencePoint& point) {
  const Place place = place_of(point);
  return place == Place::above || place == Place::below;
}

const char* colour_at(int cell, const EvidencePoint& point, const Scale& scale) {
  if (point.value && scale.cell(*point.value) == cell) {
    return is_outside(point) ? kOutsideColour : kInsideColour;
  }
  const bool has_band = point.lower || point.upper;
  const int from = point.lower ? scale.cell(*point.lower) : 0;
  const int to = point.upper ? scale.cell(*point.upper) : kCells - 1;
  return has_band && cell >= from && cell <= to ? kBandColour : kEmptyColour;
}

// Neighbours of one colour become one table cell.
std::string bar(const EvidencePoint& point, const Scale& scale) {
  std::string out = "<table role=\"presentation\" cellpadding=\"0\" cellspacing=\"0\"><tr>";
  for (int cell = 0; cell < kCells;) {
    const char* colour = colour_at(cell, point, scale);
    int end = cell + 1;
    while (end < kCells && colour_at(end, point, scale) == colour)
      ++end;
    const int width = (end - cell) * kCellPixels;
    out += fmt::format(
        "<td width=\"{0}\" height=\"14\" bgcolor=\"{1}\" style=\"width:{0}px;"
        "height:14px;background:{1};font-size:0;line-height:0\">&nbsp;</td>",
        width,
        colour);
    cell = end;
  }
  return out + "</tr></table>";
}

std::string mark(const EvidencePoint& point) {
  switch (place_of(point)) {
    case Place::above:
      return "above";
    case Place::below:
      return "below";
    default:
      return "";
  }
}

constexpr const char* kLearning = "not learned yet";

/// What a point was held against. A period without data after others says nothing of the model.
std::string range_of(const EvidencePoint& point, const PointWords& words, bool is_known_before) {
  const bool is_learning = words.range.empty() && point.value && !is_known_before;
  return is_learning ? kLearning : words.range;
}

/// The points in words, one by one.
struct Row {
  const EvidencePoint& point;
  PointWords words;  ///< `range` also says that there is none yet
  std::string mark;
};

std::vector<Row> rows_of(const std::vector<EvidencePoint>& points, std::string_view unit) {
  std::vector<Row> out;
  bool is_known = false;
  for (const EvidencePoint& point : points) {
    PointWords words = point_in_words(point, unit);
    const bool has_range = !words.range.empty();
    words.range = range_of(point, words, is_known);
    is_known = is_known || has_range;
    out.push_back({point, std::move(words), mark(point)});
  }
  return out;
}

bool are_fixed(const std::vector<EvidencePoint>& points) {
  return std::any_of(points.begin(), points.end(), has_fixed_limit);
}

std::string padded(const std::string& text, std::size_t width) {
  const std::size_t size = codec::count_code_points(text);
  return size < width ? text + std::string(width - size, ' ') : text;
}

}  // namespace

std::string html_picture(const std::vector<EvidencePoint>& points, std::string_view unit) {
  const Scale scale = scale_of(points);
  std::string out = fmt::format(
      "<table cellpadding=\"4\" cellspacing=\"0\" "
      "style=\"border-collapse:collapse;font-size:13px\">"
      "<tr style=\"text-align:left;color:#555\"><th>Time</th><th>Value</th><th>{}</th>"
      "<th>&nbsp;</th></tr>",
      are_fixed(points) ? "Limit" : "Usual");
  for (const auto& [point, words, note] : rows_of(points, unit)) {
    out += fmt::format(
        "<tr><td style=\"white-space:nowrap\">{}</td><td style=\"text-align:right;"
        "white-space:nowrap{}\">{}{}</td><td style=\"white-space:nowrap;color:#555\">{}</td>"
        "<td>{}</td></tr>",
        time_in_words(point.at),
        is_outside(point) ? ";font-weight:bold;color:#c62828" : "",
        codec::escape_html(words.value),
        note.empty() ? "" : " (" + note + ")",
        codec::escape_html(words.range),
        scale.is_drawable() ? bar(point, scale) : "");
  }
  return out + "</table>";
}

std::string text_table(const std::vector<EvidencePoint>& points, std::string_view unit) {
  const auto rows = rows_of(points, unit);
  std::size_t time_width = 0;
  std::size_t value_width = 0;
  for (const auto& [point, words, note] : rows) {
    time_width = std::max(time_width, time_in_words(point.at).size());
    value_width = std::max(value_width, codec::count_code_points(words.value));
  }
  const char* name = are_fixed(points) ? "limit" : "usual";
  std::string out;
  for (const auto& [point, words, note] : rows) {
    const std::size_t short_of = value_width - codec::count_code_points(words.value);
    out += fmt::format("  {}  {}{}{}{}\n",
                       padded(time_in_words(point.at), time_width),
                       std::string(short_of, ' '),
                       words.value,
                       words.range.empty() ? "" : fmt::format("  {}: {}", name, words.range),
                       note.empty() ? "" : "   <-- " + note);
  }
  return out;
}

}  // namespace tidemark::act::email
