#include "cli/plot/draw.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "base/people_number.h"
#include "base/printable.h"
#include "codec/html.h"

namespace tidemark::cli::plot {
namespace {

constexpr double kWidth = 1200, kHeight = 420;
constexpr double kLeft = 90, kRight = 20, kTop = 30, kBottom = 40;
constexpr double kDigit = 7.7, kGap = 8;  // of a label: the widest digit, and what is beside it
constexpr int kTicksX = 6, kTicksY = 5;
// A band far wider than the values would flatten them: it is cut at so many times their range.
constexpr double kBandReach = 1.0;

constexpr const char* kStyle =
    "svg{background:#fff;font:13px system-ui,sans-serif}"
    ".grid{stroke:#d9dde3}.tick,.title{fill:#3c4450}.title{font-weight:600}"
    ".band{fill:#7aa6e0;fill-opacity:.35}.expected{stroke:#3566a8;stroke-dasharray:5 4}"
    ".value{stroke:#1d2530}.line{fill:none;stroke-width:1.3}"
    ".finding{fill:#c2341d}"
    "@media(prefers-color-scheme:dark){svg{background:#15191f}.grid{stroke:#2f3742}"
    ".tick,.title{fill:#c8d0da}.band{fill:#5d8fd0}.expected{stroke:#9cc2f2}.value{stroke:#e6ebf1}"
    ".finding{fill:#ff8a70}}";

constexpr const char* kPageStyle =
    "body{margin:2rem auto;max-width:1240px;padding:0 1rem;font:15px/1.5 system-ui,sans-serif;"
    "color:#1d2530;background:#fff}figure{margin:1rem 0;overflow-x:auto}svg{width:100%;min-width:"
    "720px;height:auto}.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%}th,td{"
    "text-align:left;padding:.3rem .6rem;"
    "border-bottom:1px solid #d9dde3;vertical-align:top;min-width:6rem}td.n{text-align:right;"
    "font-variant-numeric:tabular-nums}"
    "@media(prefers-color-scheme:dark){body{color:#e6ebf1;background:#15191f}th,td{border-color:"
    "#2f3742}}";

/// Control characters are not allowed in XML at all.
std::string escaped(std::string_view text) {
  return codec::escape_html(printable(text));
}

/// Where values and times lie on the picture.
class Scale {
 public:
  explicit Scale(const std::vector<Column>& columns) {
    bool any = false;
    for (const Column& column : columns) {
      if (!column.least) continue;
      low_ = any ? std::min(low_, *column.least) : *column.least;
      high_ = any ? std::max(high_, *column.most) : *column.most;
      any = true;
    }
    // Halved before they are taken from each other: the range of 1e308 and -1e308 is no double.
    const double reach = kBandReach * (high_ / 2 - low_ / 2) * 2;
    const double least = low_ - reach, most = high_ + reach;
    for (const Column& column : columns) {
      if (column.lower) low_ = std::min(low_, std::max(*column.lower, least));
      if (column.upper) high_ = std::max(high_, std::min(*column.upper, most));
    }
    low_ = std::max(low_, -std::numeric_limits<double>::max() / 4);
    high_ = std::min(high_, std::numeric_limits<double>::max() / 4);
    if (!(high_ > low_)) {
      const double room = std::max(1.0, std::abs(low_) / 10);
      low_ -= room;
      high_ += room;
    }
    for (int tick = 0; tick <= kTicksY; ++tick) {
      const auto digits = static_cast<double>(people_number(value_at(tick)).size());
      left_ = std::max(left_, digits * kDigit + 2 * kGap);
    }
    if (columns.empty()) return;
    from_ = static_cast<double>(columns.front().from.ns());
    to_ = std::max(static_cast<double>(columns.back().to.ns()), from_ + 1e9);
  }
  [[nodiscard]] double x(Timestamp at) const {
    const double share = (static_cast<double>(at.ns()) - from_) / (to_ - from_);
    return left_ + share * (kWidth - left_ - kRight);
  }
  [[nodiscard]] double y(double value) const {
    const double share = (std::clamp(value, low_, high_) - low_) / (high_ - low_);
    return kHeight - kBottom - share * (kHeight - kTop - kBottom);
  }
  /// Where the values begin, to the right of their labels.
  [[nodiscard]] double left() const { return left_; }
  [[nodiscard]] double value_at(int tick) const { return low_ + (high_ - low_) / kTicksY * tick; }
  [[nodiscard]] Timestamp time_at(int tick) const {
    return Timestamp::from_ns(static_cast<std::int64_t>(from_ + (to_ - from_) * tick / kTicksX));
  }
  [[nodiscard]] bool is_days() const { return to_ - from_ > 3e9 * 86'400; }

 private:
  double low_ = 0, high_ = 1;
  double left_ = kLeft;
  double from_ = 0, to_ = 1e9;
};

std::string clock_text(Timestamp at, bool days) {
  const std::string text = format_rfc3339(at);
  return days ? text.substr(0, 10) : text.substr(5, 5) + " " + text.substr(11, 8);
}

std::string axes(const Scale& scale) {
  std::string out;
  for (int tick = 0; tick <= kTicksY; ++tick) {
    const double value = scale.value_at(tick), y = scale.y(value);
    out += fmt::format(
        "<line class=\"grid\" x1=\"{:.1f}\" x2=\"{}\" y1=\"{:.1f}\" y2=\"{:.1f}\"/>"
        "<text class=\"tick\" text-anchor=\"end\" x=\"{:.1f}\" y=\"{:.1f}\">{}</text>",
        scale.left(),
        kWidth - kRight,
        y,
        y,
        scale.left() - kGap,
        y + 4,
        people_number(value));
  }
  for (int tick = 0; tick <= kTicksX; ++tick) {
    const Timestamp at = scale.time_at(tick);
    const char* anchor = tick == 0 ? "start" : tick == kTicksX ? "end" : "middle";
    out += fmt::format("<text class=\"tick\" text-anchor=\"{}\" x=\"{:.1f}\" y=\"{}\">{}</text>",
                       anchor,
                       scale.x(at),
                       kHeight - 14,
                       clock_text(at, scale.is_days()));
  }
  return out;
}

/// Stretches of columns that all have what `has` asks for.
template <typename Has, typename Draw>
void for_each_stretch(const std::vector<Column>& columns, Has has, Draw draw) {
  for (std::size_t i = 0; i < columns.size();) {
    std::size_t end = i;
    while (end < columns.size() && has(columns[end]))
      ++end;
    if (end > i) draw(i, end);
    i = std::max(end, i + 1);
  }
}

std::string band(const std::vector<Column>& columns, const Scale& scale) {
  std::string out;
  for_each_stretch(
      columns,
      [](const Column& column) { return column.lower.has_value(); },
      [&](std::size_t begin, std::size_t end) {
        out += "<path class=\"band\" d=\"";
        for (std::size_t i = begin; i < end; ++i) {
          out += fmt::format("{}{:.1f} {:.1f}",
                             i == begin ? 'M' : 'L',
                             scale.x(columns[i].from),
                             scale.y(*columns[i].upper));
        }
        for (std::size_t i = end; i-- > begin;)
          out +=
              fmt::format("L{:.1f} {:.1f}", scale.x(columns[i].from), scale.y(*columns[i].lower));
        out += "Z\"/>";
      });
  return out;
}

template <typename Has, typename Point>
std::string line(const char* name, const std::vector<Column>& columns, Has has, Point point) {
  std::string path;
  for_each_stretch(columns, has, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i)
      point(columns[i], i == begin ? 'M' : 'L', &path);
  });
  return fmt::format("<path class=\"line {}\" d=\"{}\"/>", name, path);
}

std::string lines(const std::vector<Column>& columns, const Scale& scale) {
  std::string out = line(
      "expected",
      columns,
      [](const Column& column) { return column.expected.has_value(); },
      [&](const Column& column, char command, std::string* path) {
        *path += fmt::format(
            "{}{:.1f} {:.1f}", command, scale.x(column.from), scale.y(*column.expected));
      });
  out += line(
      "value",
      columns,
      [](const Column& column) { return column.least.has_value(); },
      [&](const Column& column, char command, std::string* path) {
        const double x = scale.x(column.from);
        *path += fmt::format("{}{:.1f} {:.1f}", command, x, scale.y(*column.least));
        // A lone value is a dot: a line of no length with round ends is not drawn everywhere.
        const double to = *column.most == *column.least && command == 'M' ? x + 0.5 : x;
        if (to > x || *column.most > *column.least) {
          *path += fmt::format("L{:.1f} {:.1f}", to, scale.y(*column.most));
        }
      });
  return out;
}

std::string triangles(const std::vector<Mark>& marks, const Scale& scale) {
  std::string out;
  for (const Mark& mark : marks) {
    const double x = scale.x(mark.at), y = scale.y(mark.value);
    const double tip = mark.value >= mark.expected ? -4 : 4;
    out += fmt::format(
        "<path class=\"finding\" d=\"M{:.1f} {:.1f}l6 {}h-12Z\"><title>{}: {}</title></path>",
        x,
        y + tip,
        tip * 2.5,
        format_rfc3339(mark.at),
        escaped(mark.reason));
  }
  return out;
}

std::string sentence(const Picture& picture) {
  if (picture.columns().empty()) return "No rows.";
  const std::string span = fmt::format("{} rows from {} to {}",
                                       people_number(static_cast<double>(picture.rows())),
                                       format_rfc3339(picture.columns().front().from),
                                       format_rfc3339(picture.columns().back().to));
  if (picture.findings() == 0) return span + "; no findings.";
  return fmt::format(
      "{}; {} {}.", span, picture.findings(), picture.findings() == 1 ? "finding" : "findings");
}

std::string table(const Picture& picture) {
  const auto marks = picture.marks();
  if (marks.empty()) return "";
  std::string out =
      "<h2>Findings</h2><div class=\"scroll\" tabindex=\"0\"><table><thead><tr><th>Time "
      "(UTC)</th><th>Value</th><th>Usual</th>"
      "<th>Score</th><th>Reason</th></tr></thead><tbody>";
  for (const Mark& mark : marks) {
    const auto texts = people_compared(mark.value, mark.lower, mark.upper, "");
    out += fmt::format(
        "<tr><td>{}</td><td class=\"n\">{}</td><td>{}</td><td class=\"n\">{:.2f}</td>"
        "<td>{}</td></tr>",
        format_rfc3339(mark.at),
        texts.value,
        texts.range,
        mark.score,
        escaped(mark.reason));
  }
  out += "</tbody></table></div>";
  if (picture.findings() > marks.size()) {
    out += fmt::format("<p>The {} of the highest score are listed.</p>", marks.size());
  }
  return out;
}

}  // namespace

std::string to_svg(const Picture& picture, const std::string& title) {
  const Scale scale(picture.columns());
  const std::string name = escaped(title);
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {}\" role=\"img\" "
      "aria-labelledby=\"t d\"><title id=\"t\">{}</title><desc id=\"d\">{}</desc>"
      "<style>{}</style><text class=\"title\" x=\"{}\" y=\"20\">{}</text>{}{}{}{}</svg>\n",
      kWidth,
      kHeight,
      name,
      sentence(picture),
      kStyle,
      fmt::format("{:.1f}", scale.left()),
      name,
      axes(scale),
      band(picture.columns(), scale),
      lines(picture.columns(), scale),
      triangles(picture.marks(), scale));
}

std::string to_html(const Picture& picture, const std::string& title) {
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
      "<meta name=\"color-scheme\" content=\"light dark\"><title>{0}</title><style>{1}</style>"
      "</head><body><h1>{0}</h1><p>{2}</p><figure>{3}<figcaption>Line: values. Blue area: what was "
      "usual, as known before each value. Dashed: expected. Triangles: findings.</figcaption>"
      "</figure>{4}</body></html>\n",
      escaped(title),
      kPageStyle,
      sentence(picture),
      to_svg(picture, title),
      table(picture));
}

}  // namespace tidemark::cli::plot
