#pragma once

#include <string>

#include "cli/plot/picture.h"

namespace tidemark::cli::plot {

/// The picture as SVG 1.1: values, band, expected line, findings as triangles, two axes; light or
/// dark as the reader's system is. `title`: any text, for people and screen readers.
std::string to_svg(const Picture& picture, const std::string& title);

/// A page that needs nothing else: the picture, a sentence, and the findings as a table.
std::string to_html(const Picture& picture, const std::string& title);

}  // namespace tidemark::cli::plot
