#pragma once

#include <span>
#include <string>
#include <string_view>

namespace tidemark {

/// The word that was probably meant: the one of `known` that fewest changes of a letter make of
/// `given`. "": two changes would not do.
std::string_view closest_word(std::string_view given, std::span<const std::string_view> known);

/// What to add to "unknown word": "; did you mean 'width'?", else "; known are a, b, c".
std::string closest_word_hint(std::string_view given, std::span<const std::string_view> known);

}  // namespace tidemark
