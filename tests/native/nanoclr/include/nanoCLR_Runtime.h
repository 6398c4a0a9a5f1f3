/* Stands for nanoCLR's header of this name; nanoCLR_Interop.h has all that the stubs use. */
