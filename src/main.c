/* main.c - options, set-up, interactive or batch, exit codes. */
int main(void)
{
	return 0;
}
