# Fails unless the firmware's library takes nothing from outside but memory copies and the compiler's own helpers: no
# heap, no threads, no atomics, no input and output.
cmake_minimum_required(VERSION 3.19)
execute_process(COMMAND ${NM} --undefined-only --format=just-symbols ${LIBRARY} OUTPUT_VARIABLE undefined
  COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${NM} --defined-only --format=just-symbols ${LIBRARY} OUTPUT_VARIABLE defined
  COMMAND_ERROR_IS_FATAL ANY)
string(REPLACE "\n" ";" undefined "${undefined}")
string(REPLACE "\n" ";" defined "${defined}")
list(REMOVE_DUPLICATES undefined)
list(REMOVE_ITEM undefined ${defined})
list(FILTER undefined EXCLUDE REGEX "^$|:$|^__aeabi_|^mem(cmp|cpy|move|set)$")
if(undefined)
  message(FATAL_ERROR "the kernels need what firmware may lack: ${undefined}")
endif()
