#include "cli/plot/picture.h"

#include <algorithm>
#include <cmath>

namespace tidemark::cli::plot {
namespace {

void widen(std::optional<double>* edge, const std::optional<double>& with, bool up) {
  if (!with) return;
  if (!*edge || (up ? *with > **edge : *with < **edge)) *edge = with;
}

void join(Column* column, const Column& next) {
  column->to = next.to;
  widen(&column->least, next.least, false);
  widen(&column->most, next.most, true);
  widen(&column->lower, next.lower, false);
  widen(&column->upper, next.upper, true);
  if (next.expected) column->expected = next.expected;
}

bool by_score(const Mark& a, const Mark& b) {
  return a.score > b.score;
}

}  // namespace

void Picture::add(Timestamp at,
                  std::optional<double> value,
                  const learn::DetectRow& row,
                  const std::optional<std::string>& finding) {
  if (row.fate == learn::RowFate::late) return;
  ++rows_;
  Column column{at, at, value, value, std::nullopt, std::nullopt, std::nullopt};
  if (row.has_band) {
    column.lower = row.lower;
    column.upper = row.upper;
    column.expected = row.expected;
  }
  add_column(column);
  if (!value || !finding) return;
  ++findings_;
  add_mark({at, *value, row.lower, row.expected, row.upper, row.score, *finding});
}

void Picture::add_column(const Column& row) {
  if (!columns_.empty() && in_last_ < rows_a_column_) {
    join(&columns_.back(), row);
    ++in_last_;
    return;
  }
  if (columns_.size() == kColumnsMax) {
    for (std::size_t i = 0; i < kColumnsMax / 2; ++i) {
      columns_[i] = columns_[2 * i];
      join(&columns_[i], columns_[2 * i + 1]);
    }
    columns_.resize(kColumnsMax / 2);
    rows_a_column_ *= 2;
  }
  columns_.push_back(row);
  in_last_ = 1;
}

void Picture::add_mark(Mark mark) {
  if (marks_.size() == kMarksMax) {
    if (mark.score <= marks_.front().score) return;
    std::pop_heap(marks_.begin(), marks_.end(), by_score);
    marks_.pop_back();
  }
  marks_.push_back(std::move(mark));
  std::push_heap(marks_.begin(), marks_.end(), by_score);
}

std::vector<Mark> Picture::marks() const {
  std::vector<Mark> out = marks_;
  std::sort(out.begin(), out.end(), [](const Mark& a, const Mark& b) { return a.at < b.at; });
  return out;
}

}  // namespace tidemark::cli::plot
