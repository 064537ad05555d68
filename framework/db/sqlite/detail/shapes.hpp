// Private to the room: the names of the columns of statements, each list kept once for the whole process.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace candela::db::sqlite {

using shape = std::vector<std::string>;

/// Equal lists have the same address, so that workers see at once whether they know one. Any thread; asked only when a
/// statement is prepared. As many lists as there are different ones among the statements of a program.
class shape_table {
 public:
  [[nodiscard]] const shape* intern(shape names) {
    const std::lock_guard lock(mutex_);
    for (const auto& known : known_) {
      if (*known == names) return known.get();
    }
    return known_.emplace_back(std::make_unique<const shape>(std::move(names))).get();
  }

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<const shape>> known_;
};

}  // namespace candela::db::sqlite
