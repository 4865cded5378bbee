"""`make invoke`: one sample event run through its function, with everything that it needs beside it."""
