// nanoFramework.TestFramework 3.0.80; references mscorlib
