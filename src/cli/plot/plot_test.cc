#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "cli/plot/draw.h"

namespace tidemark::cli::plot {
namespace {

learn::DetectRow judged(double lower, double expected, double upper, double score = 0) {
  return {learn::RowFate::judged, true, lower, expected, upper, score};
}

Timestamp minute(int number) {
  return Timestamp::from_s(1'383'264'000 + 60 * number);
}

TEST(Picture, extremes_survive_however_long_the_series_is) {
  Picture picture;
  constexpr int kRows = 100'000;
  for (int i = 0; i < kRows; ++i) {
    const bool odd = i == 77'777;
    picture.add(minute(i),
                odd ? 9'000 : 100 + i % 7,
                judged(90, 103, 116, odd ? 0.9 : 0.1),
                odd ? std::optional<std::string>("spike") : std::nullopt);
  }
  EXPECT_LE(picture.columns().size(), Picture::kColumnsMax);
  EXPECT_GE(picture.columns().size(), Picture::kColumnsMax / 2);
  double most = 0;
  Timestamp before = Timestamp::min();
  for (const Column& column : picture.columns()) {
    most = std::max(most, *column.most);
    EXPECT_LT(before, column.from);
    EXPECT_LE(column.from, column.to);
    before = column.to;
  }
  EXPECT_EQ(most, 9'000);
  EXPECT_EQ(picture.columns().back().to, minute(kRows - 1));
  ASSERT_EQ(picture.marks().size(), 1U);
  EXPECT_EQ(picture.marks().front().at, minute(77'777));
}

TEST(Picture, lists_the_findings_of_the_highest_score_in_time_order) {
  Picture picture;
  for (int i = 0; i < 1000; ++i)
    picture.add(minute(i), 1, judged(2, 3, 4, 0.5 + (i * 37 % 1000) / 2000.0), "dip");
  const auto marks = picture.marks();
  ASSERT_EQ(marks.size(), Picture::kMarksMax);
  EXPECT_EQ(picture.findings(), 1000U);
  for (std::size_t i = 0; i < marks.size(); ++i) {
    EXPECT_GE(marks[i].score, 0.9);
    if (i > 0) {
      EXPECT_LT(marks[i - 1].at, marks[i].at);
    }
  }
}

TEST(Draw, a_name_made_of_markup_stays_a_name) {
  Picture picture;
  picture.add(minute(0), 1, judged(0, 0, 0, 0.9), "</title><script>alert(1)</script>");
  for (const std::string& text :
       {to_svg(picture, "<script>&\"\x01"), to_html(picture, "<script>&\"\x01")}) {
    EXPECT_EQ(text.find("<script>"), std::string::npos);
    EXPECT_EQ(text.find('\x01'), std::string::npos);
    EXPECT_NE(text.find("&lt;script&gt;&amp;&quot;"), std::string::npos);
  }
}

// No rows, one, only missing ones, one value for ever, and numbers at the ends of the doubles: a
// picture without "nan" or "inf", since no reader of SVG takes those.
TEST(Draw, odd_series_give_a_picture) {
  const double huge = std::numeric_limits<double>::max();
  std::vector<Picture> pictures(5);
  pictures[1].add(minute(0), 5, learn::DetectRow{}, {});
  for (int i = 0; i < 20; ++i) {
    pictures[2].add(minute(i), std::nullopt, learn::DetectRow{}, {});
    pictures[3].add(minute(i), 0, judged(0, 0, 0), {});
    pictures[4].add(minute(i), i % 2 == 0 ? huge : -huge, judged(-huge, 0, huge), {});
  }
  for (const Picture& picture : pictures) {
    const std::string svg = to_svg(picture, "odd");
    const std::string drawing = svg.substr(svg.find("</style>"));
    EXPECT_EQ(drawing.find("nan"), std::string::npos) << drawing;
    EXPECT_EQ(drawing.find("inf"), std::string::npos) << drawing;
  }
}

TEST(Draw, no_label_of_a_large_value_is_cut) {
  for (const double size : {1.0, 6.9e9, 3.2e12, -7.5e12}) {
    Picture picture;
    for (int i = 0; i < 20; ++i)
      picture.add(minute(i), size + i, judged(size, size + 9, size + 20), {});
    const std::string svg = to_svg(picture, "bytes");
    const std::string_view mark = "text-anchor=\"end\" x=\"";
    for (std::size_t at = svg.find(mark); at != std::string::npos; at = svg.find(mark, at + 1)) {
      const double end = std::stod(svg.substr(at + mark.size()));
      const std::size_t from = svg.find('>', at) + 1;
      const auto digits = static_cast<double>(svg.find('<', from) - from);
      EXPECT_GE(end, 7 * digits) << svg.substr(from, 20);  // 13 px, whose digits are 7.3 px wide
    }
  }
}

}  // namespace
}  // namespace tidemark::cli::plot
