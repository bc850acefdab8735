#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace tidemark::judge {

/// Where the series of an id lies. A hash table of places alone, 4 bytes a slot and at most three
/// quarters full, since what lies at a place tells its own id: `id_of(place)` of every call.
class PlaceIndex {
 public:
  using Place = std::uint32_t;

  template <typename IdOf>
  [[nodiscard]] std::optional<Place> find(std::uint64_t id, const IdOf& id_of) const {
    if (size_ == 0) return std::nullopt;
    for (std::size_t slot = home_of(id); slots_[slot] != kEmpty; slot = next(slot)) {
      if (id_of(slots_[slot]) == id) return slots_[slot];
    }
    return std::nullopt;
  }

  /// `place` holds an id that is not in the index yet.
  template <typename IdOf>
  void insert(Place place, const IdOf& id_of) {
    if ((size_ + 1) * 4 > slots_.size() * 3) grow(id_of);
    put(place, id_of);
    ++size_;
  }

  /// While `place` holds its id still.
  template <typename IdOf>
  void erase(Place place, const IdOf& id_of) {
    std::size_t hole = home_of(id_of(place));
    while (slots_[hole] != place)
      hole = next(hole);
    // What follows and would not be found beyond the hole moves into it.
    for (std::size_t slot = next(hole); slots_[slot] != kEmpty; slot = next(slot)) {
      const std::size_t home = home_of(id_of(slots_[slot]));
      if (distance(home, slot) < distance(hole, slot)) continue;
      slots_[hole] = slots_[slot];
      hole = slot;
    }
    slots_[hole] = kEmpty;
    --size_;
  }

  void clear() { *this = PlaceIndex(); }

 private:
  static constexpr Place kEmpty = ~Place{0};
  static constexpr std::size_t kLeast = 64;

  [[nodiscard]] std::size_t home_of(std::uint64_t id) const {
    constexpr std::uint64_t kMultiplier = 0x9E3779B97F4A7C15ULL;  // 2^64 / golden ratio
    return static_cast<std::size_t>((id * kMultiplier) >> (64U - bits_));
  }
  [[nodiscard]] std::size_t next(std::size_t slot) const {
    return (slot + 1) & (slots_.size() - 1);
  }
  [[nodiscard]] std::size_t distance(std::size_t from, std::size_t to) const {
    return (to - from) & (slots_.size() - 1);
  }
  template <typename IdOf>
  void put(Place place, const IdOf& id_of) {
    std::size_t slot = home_of(id_of(place));
    while (slots_[slot] != kEmpty)
      slot = next(slot);
    slots_[slot] = place;
  }
  template <typename IdOf>
  void grow(const IdOf& id_of) {
    const std::vector<Place> before = std::move(slots_);
    slots_.assign(before.empty() ? kLeast : before.size() * 2, kEmpty);
    bits_ = static_cast<unsigned>(std::countr_zero(slots_.size()));
    for (const Place place : before) {
      if (place != kEmpty) put(place, id_of);
    }
  }

  std::vector<Place> slots_;
  std::size_t size_ = 0;
  unsigned bits_ = 0;  // of the number of slots
};

}  // namespace tidemark::judge
